"""How well records are found: judged questions through the real analysis, planning and engines, beside other ways."""
