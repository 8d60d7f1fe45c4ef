"""The pages of the CRM: Django's admin, and what the feature adds to it.

While the gate is closed, the setting, the filter and the action are not shown, and what is asked
for all the same is refused with the reason (S3, D7). Who lacks the right to change rules sees them
and changes none.
"""

from crm.admin import clients, configuration, deals, log, partners, runs

__all__ = ["clients", "configuration", "deals", "log", "partners", "runs"]
