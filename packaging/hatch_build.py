"""What hatchling asks before it builds: are the console's assets there?

They are not committed (see packaging/console/), so a wheel or source archive
built without `make console` would hold a console without its scripts. An
editable install may come first: the assets are added to the tree afterwards.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = "server/reticent_server/console/static/vendor"
ASSETS = (
    "htmx.min.js",
    "swagger-ui.css",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "LICENSES",
)


class ConsoleAssetsHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own default
    """Refuses to build a distribution whose console would not work."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        """Raise unless every asset is there; `version` is "editable" for an editable install."""
        if version == "editable":
            return
        missing = [name for name in ASSETS if not Path(self.root, VENDOR, name).is_file()]
        if missing:
            raise FileNotFoundError(
                f"the console's assets are missing ({', '.join(missing)}); nothing was built; "
                "run `make console` first"
            )
