"""Speed as ratios of one run: ours beside a bare reference. Reported, never asserted."""

import json


def report(name: str, ours: float, reference: float, unit: str, **more: float) -> None:
    figures = {"ours": round(ours, 4), "reference": round(reference, 4)}
    figures |= {"ratio": round(ours / reference, 3), "unit": unit, **more}
    print(json.dumps({"name": name, **figures}), flush=True)
