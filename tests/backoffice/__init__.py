"""The back office of `examples/`, tested as a whole. Only these tests load Django."""

import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).parents[2] / "examples/backoffice"))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
# A browser's tests run an event loop beside their own code, which Django then takes for async.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

django.setup()
