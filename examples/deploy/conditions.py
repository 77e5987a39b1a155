"""What stands between a world and what a run is shown of it, as docs/tasks.md says: occluders, noise, gaps, losses.

All is drawn by NumPy: of the same distributions as in vrkn, but other numbers."""
import numpy as np


class Schedule:
    """When a sensor is read: intervals drawn anew after each reading, losses."""

    def __init__(self, conditions, rng):
        self.low, self.high = conditions.get("interval_min", 1), conditions.get("interval_max", 1)
        self.dropout, self.rng, self.next = conditions.get("dropout", 0), rng, 0

    def reads(self, step):
        if step < self.next:
            return False
        self.next = step + self.rng.integers(self.low, self.high + 1)
        return self.rng.random() >= self.dropout


def noisy(value, std, is_image, rng):
    """A reading with Gaussian noise, of images as a share of the range of brightness."""
    if std == 0:
        return value
    value = value + std * (255 if is_image else 1) * rng.standard_normal(np.shape(value))
    return np.floor(np.clip(value, 0, 255) + 0.5) if is_image else value


class Occluders:
    """Discs, or walls as high as the picture, of an episode: each moves straight on at a speed of its own, and comes back
    on the other side once it has left the picture altogether. Lengths are shares of the picture's side."""

    def __init__(self, occlusion, rng):
        count, self.walls = occlusion.get("number", 0), occlusion["kind"] == "walls"
        size = "width" if self.walls else "radius"
        self.radius = rng.uniform(occlusion.get(size + "_min", 0), occlusion.get(size + "_max", 0), count)
        if self.walls:
            self.radius /= 2
        self.place = rng.uniform(-self.radius, 1 + self.radius, (2, count))  # x and y, at the beginning
        speed = rng.uniform(occlusion.get("speed_min", 0), occlusion.get("speed_max", 0), count)
        direction = np.pi * rng.integers(0, 2, count) if self.walls else rng.uniform(0, 2 * np.pi, count)
        self.speed = speed * np.array([np.cos(direction), np.sin(direction)])  # per step
        self.colour = rng.integers(70, 151, (count, 1)) + rng.integers(-20, 21, (count, 3))

    def paint(self, picture, step):
        """Over a picture [3, H, W], in place, `step` steps after the beginning."""
        _, height, width = picture.shape
        rows, columns = (np.arange(height)[:, None] + 0.5) / height, (np.arange(width) + 0.5) / width
        around = 1 + 2 * self.radius
        places = (self.place + step * self.speed + self.radius) % around - self.radius
        for (x, y), radius, colour in zip(places.T, self.radius, self.colour):
            away = np.abs(columns - x) if self.walls else np.hypot(columns - x, rows - y)
            covered = np.broadcast_to(away < radius, (height, width))
            picture[:, covered] = colour[:, None]
