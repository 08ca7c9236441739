# SPDX-License-Identifier: GPL-3.0-or-later
"""What java.util.Properties makes of the same texts."""
import unittest

from driftmoe.java_properties import parse


class JavaPropertiesTest(unittest.TestCase):
    def test_separators_and_comments(self) -> None:
        self.assertEqual(
            parse("# a=1\n\n ! b=1\r\n\ta = 1 = 2 \rb:x\nc\t d\ne\n=f\ng==h\n"),
            {"a": "1 = 2 ", "b": "x", "c": "d", "e": "", "": "f", "g": "=h"},
        )

    def test_of_equal_keys_the_last_counts(self) -> None:
        self.assertEqual(parse("a=1\nb=2\na=3"), {"a": "3", "b": "2"})

    def test_escapes(self) -> None:
        self.assertEqual(
            parse(r"login=a\\b\"c\=d\:e\tf\u00e9\ud83d\ude00" + "\n" + r"of\ the\:plant\=1 : \ x"),
            {"login": "a\\b\"c=d:e\tf\u00e9\U0001f600", "of the:plant=1": " x"},
        )
        with self.assertRaisesRegex(ValueError, "hexadecimal"):
            parse(r"a=\u00g0")

    def test_lines_go_on_after_an_odd_number_of_backslashes(self) -> None:
        self.assertEqual(
            parse("a=1\\\n  2\\\r\n\t#3\nb=1" + 2 * "\\" + "\nc=1" + 3 * "\\" + "\n2\nd=1\\\n\ne=1\\"),
            {"a": "12#3", "b": "1\\", "c": "1\\2", "d": "1", "e": "1"},
        )

    def test_other_ends_of_lines_are_part_of_a_value(self) -> None:
        self.assertEqual(parse("a=1\u2028b=2\u0085\x0bc\n"), {"a": "1\u2028b=2\u0085\x0bc"})


if __name__ == "__main__":
    unittest.main()
