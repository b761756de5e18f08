"""Record types beyond administrative paper, as data files: those that ship beside this file, and an office's own."""

from mappings.record_types.loading import builtin_types, load_types
from mappings.record_types.model import RecordType, RecordTypes, TypeField, ValueKind, checked_value

__all__ = ["RecordType", "RecordTypes", "TypeField", "ValueKind", "builtin_types", "checked_value", "load_types"]
