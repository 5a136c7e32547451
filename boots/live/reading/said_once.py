"""What cannot be read, said once each."""

from __future__ import annotations


class SaidOnce:
    """Sentences in the order in which they were said first."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def say(self, sentence: str) -> None:
        """Keep a sentence, unless it has been said."""
        if sentence not in self.sentences:
            self.sentences.append(sentence)
