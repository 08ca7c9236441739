// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.local.BrokerAwayException;
import io.driftmoe.local.ClusterLostException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line on standard error and an exit code. */
final class ExitCodes implements IParameterExceptionHandler, IExecutionExceptionHandler {
  static final int FAILURE = 1;
  static final int USAGE = 2;

  private final BooleanSupplier stacktrace;

  /**
   * @param stacktrace whether the whole stack trace is wanted as well
   */
  ExitCodes(BooleanSupplier stacktrace) {
    this.stacktrace = stacktrace;
  }

  @Override
  public int handleParseException(ParameterException fault, String[] args) {
    String message = inWords(String.valueOf(fault.getMessage()));
    if (fault instanceof UnmatchedArgumentException unmatched) {
      message += wayOut(unmatched);
    }
    return report(fault, message, fault.getCommandLine(), USAGE);
  }

  /** Messages of picocli: one says a word twice, one calls itself an error, one names a class. */
  private static String inWords(String message) {
    return message
        .replace("option option", "option")
        .replaceFirst("^Error: Missing required argument\\(s\\)", "Missing required option")
        .replaceAll(
            "(?s)cannot convert ('.*') to (class|interface) \\S+ \\(.*\\)", "$1 cannot be read");
  }

  private static String wayOut(UnmatchedArgumentException unmatched) {
    Set<String> commands = unmatched.getCommandLine().getSubcommands().keySet();
    if (!unmatched.isUnknownOption()) {
      return commands.isEmpty() ? "" : "; commands are " + String.join(", ", commands);
    }
    List<String> suggestions = unmatched.getSuggestions();
    return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
  }

  @Override
  public int handleExecutionException(Exception fault, CommandLine command, ParseResult parsed) {
    if (fault instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return report(fault, FailureMessage.of(fault), command, code(fault));
  }

  private static int code(Exception fault) {
    if (FirstStart.ofThisProcess().isPresent()) {
      if (fault instanceof BrokerAwayException) {
        return Supervisor.TRY_AGAIN;
      }
      if (fault instanceof ClusterLostException) {
        return Supervisor.GO_ON;
      }
    }
    return fault instanceof UsageException ? USAGE : FAILURE;
  }

  /** Runs the command that was named; picocli itself lets errors such as a lack of memory pass. */
  int execute(ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (Error fault) {
      List<CommandLine> commands = parsed.asCommandLineList();
      return report(fault, FailureMessage.of(fault), commands.get(commands.size() - 1), FAILURE);
    }
  }

  private int report(Throwable fault, String message, CommandLine command, int code) {
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    String hint = code == USAGE ? " (see " + name + " --help)" : "";
    err.println(name + ": " + oneLine(message) + hint);
    if (stacktrace.getAsBoolean()) {
      fault.printStackTrace(err);
    }
    err.flush();
    return code;
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
