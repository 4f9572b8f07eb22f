"""Arrows that go round boxes: beside a column, or between the rows of a process."""

from collections.abc import Iterator

from dreiebok.figures.geometry import PlacedBox, Route

Link = tuple[int, int, str]
"""An arrow as indices of two boxes, with its words."""
CHANNEL = 12.0
"""From one line to the next where several run side by side."""
ABOVE, BELOW = 0, 1


def beside_column(links: tuple[Link, ...]) -> tuple[int, ...]:
    """Return the channel of each link beside a column, 0 nearest; links in one never overlap."""
    channels: list[list[tuple[int, int]]] = []
    found: dict[int, int] = {}
    # The shortest run innermost, so that lines cross as little as they can.
    for index in sorted(range(len(links)), key=lambda n: abs(links[n][1] - links[n][0])):
        low, high = sorted(links[index][:2])
        number = next(
            (n for n, taken in enumerate(channels) if all(high < a or b < low for a, b in taken)),
            len(channels),
        )
        if number == len(channels):
            channels.append([])
        channels[number].append((low, high))
        found[index] = number
    return tuple(found[n] for n in range(len(links)))


def along_column(
    boxes: tuple[PlacedBox, ...], links: tuple[Link, ...], channels: tuple[int, ...], step: float
) -> Iterator[Route]:
    """Yield the lines of links that run along the end side of a column."""
    ends: dict[int, list[tuple[int, int]]] = {}
    for index, (first, second, _) in enumerate(links):
        ends.setdefault(first, []).append((second, index))
        ends.setdefault(second, []).append((first, index))
    # Where a box has several lines, those that come from above stand above.
    ports = {
        (here, index): boxes[here].y + boxes[here].height * place / (len(others) + 1)
        for here, others in ends.items()
        for place, (_, index) in enumerate(sorted(others), 1)
    }
    edge = max(box.x + box.width for box in boxes)
    for index, (first, second, _) in enumerate(links):
        x = edge + 10 + CHANNEL + channels[index] * step
        leaving, arriving = ports[first, index], ports[second, index]
        yield Route(((edge + 5, leaving), (x, leaving), (x, arriving), (edge + 4, arriving)))


class Gutters:
    """Leads arrows between rows of boxes: every line gets its own height in a gutter."""

    def __init__(self, per_row: int, links: tuple[Link, ...]) -> None:
        """Plan the lines of every link that cannot go straight to a neighbour in its row."""
        self.per_row = per_row
        self.heights: dict[int, int] = {}
        """How many lines run in the gutter below each row."""
        self.ports: dict[tuple[int, int], int] = {}
        """How many lines end at the upper or lower side of each box."""
        self.plans: list[tuple[Link, tuple[int, ...], tuple[int, ...], tuple[int, int]]] = []
        for link in links:
            first, second = link[0] // per_row, link[1] // per_row
            leaving = first - 1 if second < first else first
            arriving = second - 1 if second > first else second
            gutters = tuple(dict.fromkeys((leaving, arriving)))
            lines = tuple(self.heights.setdefault(gutter, 0) for gutter in gutters)
            for gutter in gutters:
                self.heights[gutter] += 1
            sides = (
                (link[0], ABOVE if second < first else BELOW),
                (link[1], ABOVE if second > first else BELOW),
            )
            places = []
            for side in sides:
                self.ports[side] = self.ports.get(side, 0) + 1
                places.append(self.ports[side])
            self.plans.append((link, gutters, lines, (places[0], places[1])))

    def height(self, row: int) -> float:
        """Return how much room the lines below a row need, beyond that of one."""
        return max(0, self.heights.get(row, 0) - 1) * CHANNEL

    @property
    def room(self) -> float:
        """How much room lines past whole rows need at the end side."""
        return 18.0 if any(len(gutters) > 1 for _, gutters, _, _ in self.plans) else 0.0

    def routes(
        self, boxes: tuple[PlacedBox, ...], bottoms: tuple[float, ...], right: float
    ) -> Iterator[Route]:
        """Yield the lines, given the lowest point of each row and the free right edge."""
        for number, ((first, second, label), gutters, lines, places) in enumerate(self.plans):
            is_up = second // self.per_row < first // self.per_row
            is_down = second // self.per_row > first // self.per_row
            a, b = boxes[first], boxes[second]
            leave, arrive = (
                (first, ABOVE if is_up else BELOW),
                (second, ABOVE if is_down else BELOW),
            )
            # Lines back keep clear of those that lead on between the same two boxes.
            aside = 2 * CHANNEL if second < first else 0.0
            x1 = a.x + a.width * places[0] / (self.ports[leave] + 1) + aside
            x2 = b.x + b.width * places[1] / (self.ports[arrive] + 1) + aside
            y1 = a.y - 5 if is_up else a.y + a.height + 5
            y2 = b.y - 4 if is_down else b.y + b.height + 4
            heights = [
                bottoms[gutter] + 23 + line * CHANNEL
                for gutter, line in zip(gutters, lines, strict=True)
            ]
            points = [(x1, y1), (x1, heights[0])]
            if len(heights) > 1:
                side = right - 4 - 4 * (number % 3)
                points += [(side, heights[0]), (side, heights[1])]
            points += [(x2, heights[-1]), (x2, y2)]
            yield Route(tuple(points), label)
