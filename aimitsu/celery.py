"""The Celery application; what runs and when is in settings.CELERY_*."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aimitsu.settings")

app = Celery("aimitsu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
