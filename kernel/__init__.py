"""What every layer stands on: errors as data, ids, time, two languages, locks. Imports nothing of ours."""
