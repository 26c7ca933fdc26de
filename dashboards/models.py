"""What the dashboards keep. Each group of tables has a file of its own."""

from dashboards.baseline_models import BaselineTable
from dashboards.rollup_models import Rollup, RollupChange, RollupState
from dashboards.snapshot_models import Snapshot

__all__ = ["BaselineTable", "Rollup", "RollupChange", "RollupState", "Snapshot"]
