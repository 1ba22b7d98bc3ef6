"""Which Ramify this is; reading it from the installed metadata takes thirty milliseconds."""

from typing import Final

VERSION: Final = "0.1.0"
