"""Remove what was readable before the opening: prices, terms and promises stand locked alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Take away the columns and tables that 0007 has locked the content of."""

    dependencies = [("quotes", "0007_lock_quotes")]
    operations = [
        migrations.DeleteModel("LineItem"),
        migrations.DeleteModel("Commitment"),
        migrations.RemoveConstraint("quote", "quote_discount"),
        *(
            migrations.RemoveField("quote", name)
            for name in (
                "discount",
                "valid_until",
                "payment_terms",
                "delivery_terms",
                "assumptions",
                "exclusions",
            )
        ),
        migrations.AlterField("quote", "locked_draft", models.BinaryField()),
        migrations.RemoveField("quoterevision", "content"),
        migrations.RemoveField("quoterevision", "nonce"),
        migrations.AlterField("quoterevision", "sealed", models.BinaryField()),
        migrations.AlterField("quoterevision", "authors_copy", models.BinaryField()),
        migrations.AddConstraint(
            "rfq",
            models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["draft", "cancelled"]),
                    ("sealing_key__isnull", False),
                    _connector="OR",
                ),
                name="rfq_sent_has_key",
            ),
        ),
    ]
