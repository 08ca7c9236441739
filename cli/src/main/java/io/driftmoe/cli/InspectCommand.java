// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.ModelFile;
import io.driftmoe.flink.SavedModel;
import io.driftmoe.flink.SavepointReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code driftmoe inspect}: learned models in words. */
@Command(
    name = "inspect",
    description = {
      "Prints what a saved model has learned, in words: scores, detector, gates, and every expert."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A savepoint is what 'driftmoe job --savepoints FOLDER' leaves when it is interrupted, a model "
          + "file what 'driftmoe demo --save-model FILE' does."
    })
final class InspectCommand implements Callable<Integer> {
  /** Blanks by which a level is indented. */
  private static final int INDENT = 2;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE|SAVEPOINT",
      description = "A model file, or the folder of a savepoint or checkpoint of a job.")
  private String source;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Only the model of this key; by default all of a savepoint.")
  private @Nullable String key;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description =
          "Leaves out lines that are indented more than N times, such as the lower parts of trees.")
  private @Nullable Integer depth;

  @Override
  public Integer call() throws CommandException {
    if (depth != null && depth < 0) {
      throw new UsageException("--depth must not be negative, got " + depth);
    }
    List<SavedModel> all = read();
    List<SavedModel> models =
        all.stream().filter(model -> key == null || model.modelKey().equals(key)).toList();
    if (models.isEmpty()) {
      throw new UsageException(
          "--key: no model '%s'; there are %s"
              .formatted(key, String.join(", ", all.stream().map(SavedModel::modelKey).toList())));
    }
    PrintWriter out = spec.commandLine().getOut();
    for (SavedModel model : models) {
      model.describe().lines().filter(this::isShown).forEach(out::println);
    }
    out.flush();
    return 0;
  }

  private boolean isShown(String line) {
    return depth == null || line.length() - line.stripLeading().length() <= INDENT * depth;
  }

  private List<SavedModel> read() throws CommandException {
    Path file = source.contains("://") || source.startsWith("file:") ? null : Path.of(source);
    if (file != null && !Files.exists(file)) {
      throw new UsageException("no file or folder " + source);
    }
    try {
      return file != null && Files.isRegularFile(file) && !file.endsWith("_metadata")
          ? List.of(ModelFile.read(file))
          : SavepointReader.read(file == null ? source : file.toUri().toString());
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException(
          "%s cannot be read as a model: %s".formatted(source, FailureMessage.of(e)), e);
    }
  }
}
