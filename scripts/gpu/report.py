"""What scripts/gpu_check found: report.json and report.txt, both written whole after every step."""
import dataclasses
import json
import os

NOT_REACHED, PASSED, FAILED, TIMED_OUT = "not reached", "passed", "failed", "timed out"


@dataclasses.dataclass
class Result:
    """What became of a part, or of a row of a part."""
    name: str
    state: str = NOT_REACHED
    seconds: float = 0.0
    reason: str = ""  # why it did not pass
    numbers: dict = dataclasses.field(default_factory=dict)
    rows: list = dataclasses.field(default_factory=list)

    def __str__(self):
        numbers = ", ".join(f"{name} {number_text(value)}" for name, value in self.numbers.items())
        seconds = "" if self.state == NOT_REACHED else f"{self.seconds:.1f}"
        return f"{self.name:<32} {self.state:<12}{seconds:>8}   {'; '.join(filter(None, (self.reason, numbers)))}".rstrip()


def number_text(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class Report:
    def __init__(self, folder, facts, names):
        self.folder = folder
        self.facts = facts  # card, versions, commit and so on
        self.parts = [Result(name) for name in names]
        folder.mkdir(parents=True, exist_ok=True)
        self.save()

    def part(self, name):
        """The part, or one that was not asked for."""
        return next((part for part in self.parts if part.name == name), Result(name))

    @property
    def all_passed(self):
        return all(part.state == PASSED for part in self.parts)

    def save(self):
        document = self.facts | {"all_passed": self.all_passed, "parts": [dataclasses.asdict(part) for part in self.parts]}
        self._write("report.json", json.dumps(document, indent=2) + "\n")
        self._write("report.txt", self.text())

    def _write(self, name, text):
        unfinished = self.folder / f".{name}"
        unfinished.write_text(text)
        os.replace(unfinished, self.folder / name)

    def text(self):
        lines = [f"{name:<14}{value}" for name, value in self.facts.items()]
        lines += ["", f"{'part':<32} {'state':<12}{'seconds':>8}   why not, numbers", *map(str, self.parts)]
        for part in self.parts:
            if part.rows:
                lines += ["", part.name, *(f"  {row}" for row in part.rows)]
        return "\n".join(lines) + "\n"
