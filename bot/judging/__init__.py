"""What staff say of visitors' messages: verdicts, corrected phrases, danger that was missed."""
