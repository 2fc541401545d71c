"""The settings of all configs: one table, from which checks, documents, resuming and the weights' record come.

Imports neither torch nor monai; `custom.configs` checks a config by it.
"""

from custom.settings.rules import Rule
from custom.settings.table import SETTINGS, Setting

__all__ = ["SETTINGS", "Rule", "Setting"]
