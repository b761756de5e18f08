"""Lays a document out on sheets as Nghị định 30/2020/NĐ-CP, Phụ lục I says."""

from __future__ import annotations

import random
from collections.abc import Sequence

from samples.document import Block, Centred, Document, PageBreak, Paragraph, Table
from samples.seal import press_seal, sign, stamp_urgency
from samples.sheet import BOTTOM_MM, INK, LEFT_MM, RIGHT_MM, Sheet, broken, font, px

MIDDLE_MM = (LEFT_MM + RIGHT_MM) / 2
LEFT_COLUMN_MM, RIGHT_COLUMN_MM = 59.0, 147.0
INDENT_MM = 12.7
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
BODY_POINTS = 13.5


class Layout:
    """Prints one document. `sheets` are its sides, the first with the head."""

    def __init__(self, document: Document, rng: random.Random) -> None:
        self.document = document
        self.rng = rng
        self.sheets = [Sheet()]

    @property
    def sheet(self) -> Sheet:
        """The side being printed."""
        return self.sheets[-1]

    def printed(self) -> list[Sheet]:
        """All sides."""
        self._head()
        self._title()
        self._to()
        for block in self.document.body:
            self._block(block)
        self._signature()
        for block in self.document.appendix:
            self._block(block)
        return self.sheets

    def _head(self) -> None:
        if not self.document.heading:
            self._motto(MIDDLE_MM, self.sheet.y)
            self.sheet.y += px(20)
            return
        top = self.sheet.y
        self._motto(RIGHT_COLUMN_MM, top)
        bottom = self._issuer(top)
        small = font(13)
        y = max(bottom, top + px(12)) + px(4)
        number = f"Số: {self.document.number}/{self.document.symbol}"
        self.sheet.centred(number, LEFT_COLUMN_MM, y, small)
        self.sheet.centred(self.document.date_line, RIGHT_COLUMN_MM, y, font(13.5, italic=True))
        self.sheet.y = y + self.sheet.line_height(small)
        if self.document.kind == "Công văn":
            self._about()
        self.sheet.y += px(5)

    def _motto(self, middle: float, y: int) -> None:
        bold, lower = font(12.5, bold=True), font(13, bold=True)
        self.sheet.centred(MOTTO[0], middle, y, bold)
        y += self.sheet.line_height(bold)
        x0, x1 = self.sheet.centred(MOTTO[1], middle, y, lower)
        self.sheet.rule(x0, x1, y + self.sheet.line_height(lower) + px(0.6))

    def _issuer(self, y: int) -> int:
        plain, bold = font(12.5), font(12.5, bold=True)
        if self.document.parent:
            self.sheet.centred(self.document.parent, LEFT_COLUMN_MM, y, plain)
            y += self.sheet.line_height(plain)
        for line in self.document.issuer_lines:
            x0, x1 = self.sheet.centred(line, LEFT_COLUMN_MM, y, bold)
            y += self.sheet.line_height(bold)
        third = (x1 - x0) // 3
        self.sheet.rule(x0 + third, x1 - third, y + px(0.6))
        return y

    def _about(self) -> None:
        small = font(12)
        for line in self.document.subject_lines:
            self.sheet.centred(line, LEFT_COLUMN_MM, self.sheet.y, small)
            self.sheet.y += self.sheet.line_height(small)
        if self.document.urgency:
            stamp_urgency(self.sheet.image, self.document.urgency.upper(), px(48), self.sheet.y + px(9))
            self.sheet.y += px(12)

    def _title(self) -> None:
        if self.document.kind == "Công văn":
            return
        large, bold = font(14, bold=True), font(14, bold=True)
        self.sheet.centred(self.document.title or self.document.kind.upper(), MIDDLE_MM, self.sheet.y, large)
        self.sheet.y += self.sheet.line_height(large)
        edges = [0, 0]
        for line in self.document.subject_lines:
            edges = list(self.sheet.centred(line, MIDDLE_MM, self.sheet.y, bold))
            self.sheet.y += self.sheet.line_height(bold)
        third = (edges[1] - edges[0]) // 3
        self.sheet.rule(edges[0] + third, edges[1] - third, self.sheet.y + px(1))
        self.sheet.y += px(7)

    def _to(self) -> None:
        face, to = font(BODY_POINTS), self.document.to
        if len(to) == 1:
            self.sheet.centred(f"Kính gửi: {to[0]}", MIDDLE_MM, self.sheet.y, face)
            self.sheet.y += self.sheet.line_height(face) + px(3)
        elif to:
            self.sheet.left("Kính gửi:", 72, face)
            for line in to:
                self.sheet.left(f"- {line}", 88, face)
            self.sheet.y += px(3)

    def _block(self, block: Block) -> None:
        if isinstance(block, PageBreak):
            self.sheets.append(Sheet())
        elif isinstance(block, Centred):
            self._need(px(12))
            self.sheet.centred(block.text, MIDDLE_MM, self.sheet.y, font(BODY_POINTS, bold=True))
            self.sheet.y += self.sheet.line_height(font(BODY_POINTS)) + px(1.5)
        elif isinstance(block, Table):
            self._table(block)
        else:
            self._paragraph(block)

    def _need(self, height: int) -> None:
        if self.sheet.room >= height:
            return
        self.sheets.append(Sheet())
        self.sheet.centred(str(len(self.sheets)), MIDDLE_MM, px(11), font(13))

    def _paragraph(self, paragraph: Paragraph) -> None:
        face = font(BODY_POINTS, paragraph.bold, paragraph.italic)
        words = [(word, font(BODY_POINTS, bold=True)) for word in paragraph.opening.split()]
        words += [(word, face) for word in paragraph.text.split()]
        x, right, indent = px(LEFT_MM), px(RIGHT_MM), px(INDENT_MM)
        lines = broken(words, right - x - indent, right - x)
        for place, line in enumerate(lines):
            self._need(self.sheet.line_height(face))
            start = x + indent if place == 0 else x
            self.sheet.justified_line(line, start, right, last=place == len(lines) - 1)
            self.sheet.y += self.sheet.line_height(face) + px(0.4)
        self.sheet.y += px(1.8)

    def _table(self, table: Table) -> None:
        row_height = px(8)
        self._need(row_height * (len(table.rows) + 1))
        top, width = self.sheet.y, px(RIGHT_MM) - px(LEFT_MM)
        edges = [px(LEFT_MM)]
        for share in table.shares:
            edges.append(edges[-1] + round(share * width))
        for place, row in enumerate((table.header, *table.rows)):
            bold = place == 0 or row[0] == ""
            self._table_row(row, edges, top + place * row_height, font(11.5, bold))
        bottom = top + row_height * (len(table.rows) + 1)
        for edge in edges:
            self.sheet.draw.line((edge, top, edge, bottom), fill=INK, width=2)
        for place in range(len(table.rows) + 2):
            self.sheet.draw.line(
                (edges[0], top + place * row_height, edges[-1], top + place * row_height), fill=INK, width=2
            )
        self.sheet.y = bottom + px(4)

    def _table_row(self, row: Sequence[str], edges: Sequence[int], top: int, face: object) -> None:
        for column, cell in enumerate(row):
            y = top + px(1.6)
            if column == 1:
                self.sheet.draw.text((edges[column] + px(1.5), y), cell, font=face, fill=INK)
            else:
                self.sheet.draw.text(
                    ((edges[column] + edges[column + 1]) / 2, y), cell, font=face, fill=INK, anchor="ma"
                )

    def _signature(self) -> None:
        self._need(px(62 if self.document.seal else 45))
        self.sheet.y += px(3)
        if not self.document.heading:
            self.sheet.centred(self.document.date_line, RIGHT_COLUMN_MM, self.sheet.y, font(13.5, italic=True))
            self.sheet.y += px(7)
        top = self.sheet.y
        self._recipients(top)
        bold = font(13.5, bold=True)
        y = top
        for line in self.document.sign:
            self.sheet.centred(line, RIGHT_COLUMN_MM, y, bold)
            y += self.sheet.line_height(bold)
        x = px(RIGHT_COLUMN_MM)
        name_y = min(y + px(30 if self.document.seal else 22), px(BOTTOM_MM) + px(6))
        sign(self.sheet.image, x, (y + name_y) // 2, self.rng)
        if self.document.seal:
            press_seal(self.sheet.image, self.document.seal, x - px(16), (y + name_y) // 2 - px(1), self.rng)
        self.sheet.centred(self.document.signer, RIGHT_COLUMN_MM, name_y, bold)
        self.sheet.y = name_y + px(12)

    def _recipients(self, y: int) -> None:
        if not self.document.recipients:
            return
        heading, small = font(12, bold=True, italic=True), font(11)
        self.sheet.draw.text((px(LEFT_MM), y), "Nơi nhận:", font=heading, fill=INK)
        y += self.sheet.line_height(heading)
        for line in self.document.recipients:
            self.sheet.draw.text((px(LEFT_MM), y), f"- {line}", font=small, fill=INK)
            y += self.sheet.line_height(small)
