// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** One call of the command, in this JVM, with what it said. */
record Run(int exitCode, String out, String err) {

  static Run driftmoe(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Run(exitCode, out.toString(), err.toString());
  }

  static Run driftmoe(List<String> args) {
    return driftmoe(args.toArray(String[]::new));
  }

  List<String> outLines() {
    return out.lines().toList();
  }

  List<String> errLines() {
    return err.lines().toList();
  }
}
