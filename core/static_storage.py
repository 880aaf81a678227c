"""Static files under hashed names, with the imports inside JavaScript modules rewritten."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed, compressed files; `import … from "./x.js";` follows the hash."""

    support_js_module_import_aggregation = True
