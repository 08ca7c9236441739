// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The process that runs one cell: reads a {@link Request} from standard input, writes lines to
 * standard output, {@code progress N} and at last {@code result JSON}. Ends when standard input
 * does: it must not outlive its parent.
 */
final class WorkerMain {
  static final String PROGRESS = "progress ";
  static final String RESULT = "result ";

  /**
   * What the worker is asked to do.
   *
   * @param provenance of the suite
   */
  record Request(Cell cell, Provenance provenance) {}

  private WorkerMain() {}

  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err); // learners may print
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Request request = Json.read(in.readLine(), Request.class);
    endWith(in);
    CellResult result =
        new InProcess(request.provenance(), true)
            .execute(request.cell(), events -> line(out, PROGRESS + events));
    line(out, RESULT + Json.write(result));
    System.exit(0);
  }

  private static void line(PrintStream out, String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
    out.flush();
  }

  private static void endWith(BufferedReader in) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (in.readLine() != null) {
                  // nothing more is said, only the end matters
                }
              } catch (IOException e) {
                // as good as the end
              }
              Runtime.getRuntime().halt(1);
            },
            "watch-parent");
    watch.setDaemon(true);
    watch.start();
  }
}
