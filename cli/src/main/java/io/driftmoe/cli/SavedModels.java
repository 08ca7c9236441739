// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.SavepointReader;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Models as commands are given them: a model file, or the savepoint or checkpoint of a job. */
final class SavedModels {
  /** Keys that a message names. */
  private static final int MOST_NAMED = 20;

  private SavedModels() {}

  /**
   * Reads all of them, or those of one key.
   *
   * @param source a file, or a folder or URI
   * @param key null for all
   * @return at least one
   * @throws UsageException when there is no such file or key
   * @throws CommandException when it cannot be read
   */
  static List<SavedModel> read(String source, @Nullable String key) throws CommandException {
    List<SavedModel> all = read(source);
    List<SavedModel> models =
        all.stream().filter(model -> key == null || model.modelKey().equals(key)).toList();
    if (models.isEmpty()) {
      throw new UsageException("--key: no model '%s'; there are %s".formatted(key, keys(all)));
    }
    return models;
  }

  /**
   * The only one of them.
   *
   * @param option that needs one only
   * @throws UsageException when there are several
   */
  static SavedModel only(List<SavedModel> models, String option) {
    if (models.size() > 1) {
      throw new UsageException(
          "%s: there are %s models, give --key KEY, such as %s"
              .formatted(option, models.size(), keys(models)));
    }
    return models.get(0);
  }

  private static String keys(List<SavedModel> models) {
    return models.stream()
        .limit(MOST_NAMED)
        .map(SavedModel::modelKey)
        .collect(Collectors.joining(", "));
  }

  private static List<SavedModel> read(String source) throws CommandException {
    Path file = source.contains("://") || source.startsWith("file:") ? null : Path.of(source);
    if (file != null && !Files.exists(file)) {
      throw new UsageException("no file or folder " + source);
    }
    try {
      return file != null && Files.isRegularFile(file) && !file.endsWith("_metadata")
          ? List.of(ModelFile.read(file))
          : SavepointReader.read(file == null ? source : file.toAbsolutePath().toString());
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException(
          "%s cannot be read as a model: %s".formatted(source, FailureMessage.of(e)), e);
    }
  }

  /**
   * Writes a model file.
   *
   * @throws CommandException when it cannot be written
   */
  static void save(SavedModel model, Path file) throws CommandException {
    try {
      ModelFile.write(file, model);
    } catch (IOException e) {
      throw new CommandException(
          "--save-model: cannot write %s: %s".formatted(file, FailureMessage.of(e)), e);
    }
  }
}
