"""The settings of all configs: one table, from which checks, documents, resuming and the weights' record come.

Imports neither torch nor monai by itself; `custom.settings.config` checks a config in use.
"""

from custom.settings.rules import Rule
from custom.settings.table import SETTINGS, Setting

__all__ = ["SETTINGS", "Rule", "Setting"]
