"""The error of a model for finding by meaning: a branch of the tree in `kernel.errors`."""

from __future__ import annotations

from kernel.bilingual import Bilingual
from kernel.errors import BadValue


class MeaningModelRefused(BadValue):
    """An embedding model cannot be used. values: name (of the folder), reason (Bilingual, or plain text)."""

    code = "meaning-model-refused"
    _title = Bilingual(
        "Không dùng được mô hình tìm theo nghĩa {name}: {reason}",
        "The model for finding by meaning {name} is refused: {reason}",
    )
    _remedy = Bilingual(
        "Sửa thư mục theo docs/meaning.md rồi khởi động lại; bỏ TANGTHU_MEANING_MODEL thì không cần mô hình",
        "Mend the folder as docs/meaning.md says and restart; without TANGTHU_MEANING_MODEL no model is needed",
    )

    @property
    def title(self) -> Bilingual:
        """What happened, the reason in each language by itself."""
        name, reason = self.values.get("name"), self.values.get("reason")
        if not isinstance(reason, Bilingual):
            return super().title
        vi, en = (
            self._title.filled(name=name, reason=reason.vi).vi,
            self._title.filled(name=name, reason=reason.en).en,
        )
        return Bilingual(vi, en)
