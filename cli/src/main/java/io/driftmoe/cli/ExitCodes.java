// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.local.LocalException;
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
    String message = String.valueOf(fault.getMessage());
    if (fault instanceof UnmatchedArgumentException unmatched) {
      message += wayOut(unmatched);
    }
    return report(fault, message, fault.getCommandLine(), USAGE);
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
    int code = fault instanceof UsageException ? USAGE : FAILURE;
    return report(fault, explain(fault), command, code);
  }

  private int report(Exception fault, String message, CommandLine command, int code) {
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

  /** Our own messages stand for themselves; of others the innermost cause says most. */
  static String explain(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof CommandException || cause instanceof UsageException) {
        return String.valueOf(cause.getMessage());
      }
    }
    return LocalException.explain(fault);
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
