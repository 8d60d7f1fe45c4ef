"""Every example of the README and of the docs is a test."""

from hypothesis import HealthCheck, Phase, settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], pattern="*.md").pytest()

# No deadline, since machines that run tests are busy, and no phase that takes longer to explain a
# failure than to find it: `find`, in our examples, pays for that each time.
settings.register_profile(
    "ours", deadline=None, phases=[phase for phase in Phase if phase is not Phase.explain]
)
settings.load_profile("ours")

# For mutmut: each mutant is asked the same questions, by one process that runs the suite again.
settings.register_profile(
    "mutation",
    settings.get_profile("ours"),
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.differing_executors],
)
