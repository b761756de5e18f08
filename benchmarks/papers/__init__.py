"""Records of made-up offices, drawn as Nghị định 30/2020/NĐ-CP sets them, with the truth of every field."""
