// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.core.Attribute;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.PrequentialEvaluator;
import io.driftmoe.router.models.Model;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.streams.FileReading;
import io.driftmoe.streams.Shown;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe score}: a saved model over a data file. */
@Command(
    name = "score",
    description = {
      "Predicts each row of a data file with a saved model, and compares with the classes where the "
          + "file has them."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The model's attributes are found by the names of columns; other columns are passed over. "
          + "Predictions hold the row, the predicted class, the label and the probability of each "
          + "class; of a model with a coverage also which classes are in the prediction set.",
      "JSON is read as a job reads it: 7.0 is the declared value 7, and \"1.5\" a number. Words of "
          + "--missing mean there that there is no value, as input.missing of a job.",
      "With --learn the model learns each row after it was predicted; --save-model keeps the result."
    })
final class ScoreCommand implements Callable<Integer> {
  /** Labels in the sliding window, of which only the overall scores are shown. */
  private static final int WINDOW = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private FileOptions reading;

  /** Those that a CSV file is read with. */
  static final class FileOptions extends FileReadingOptions {}

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE|SAVEPOINT",
      description = "A model file, or the folder of a savepoint or checkpoint of a job.")
  private String source;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "The model of this key, where a savepoint has several.")
  private @Nullable String key;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = {
        "CSV whose first row names the columns, or one JSON object a line where it ends in .json, "
            + ".jsonl or .ndjson; plain or .gz."
      })
  private Path data;

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description = "The column of the class, for accuracy and kappas.")
  private @Nullable String className;

  @Option(names = "--learn", description = "Learns each row after it was predicted; needs --class.")
  private boolean learn;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = {
        "Writes the predictions to this file, as JSON lines where it ends so, else as CSV; default "
            + "standard output, in the format of the data, and the scores to standard error."
      })
  private @Nullable Path out;

  @Option(
      names = "--save-model",
      paramLabel = "FILE",
      description = "With --learn: writes the model to this file at the end.")
  private @Nullable Path saved;

  @Override
  public Integer call() throws CommandException {
    if (learn && className == null) {
      throw new UsageException("--learn needs --class NAME, the column of the class");
    }
    if (saved != null && !learn) {
      throw new UsageException("--save-model is for --learn: the model stays as it is without");
    }
    if (!Files.isRegularFile(data)) {
      throw new UsageException("--data: no file " + data);
    }
    if (reading.reading().header() == FileReading.Header.NO) {
      throw new UsageException("--header no: columns are found by their names here");
    }
    SavedModel model = SavedModels.only(SavedModels.read(source, key), "--model");
    Scoring scoring = new Scoring(model);
    try {
      run(scoring);
    } catch (IOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
    if (saved != null) {
      SavedModels.save(model, saved);
    }
    PrintWriter shown = out == null ? spec.commandLine().getErr() : spec.commandLine().getOut();
    scoring.show(shown);
    scoring.warn(spec.commandLine().getErr());
    return 0;
  }

  private void run(Scoring scoring) throws IOException {
    Path file = out;
    if (file == null) {
      PrintWriter printed = spec.commandLine().getOut();
      scoring.run(printed, isJson(data));
      printed.flush();
      return;
    }
    Path part = Files.createTempFile(folderOf(file), ".score", ".tmp");
    try {
      try (Writer writer = Files.newBufferedWriter(part)) {
        scoring.run(writer, isJson(file));
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
      throw new UsageException("--out: cannot write a file " + file);
    }
    return folder;
  }

  private static boolean isJson(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).matches(".*[.](json|jsonl|ndjson)([.]gz)?");
  }

  /** One run over the file. */
  private final class Scoring {
    private final SavedModel saved;
    private final Model model;
    private final PrequentialEvaluator scores;
    private final Map<String, Long> unknown = new TreeMap<>();
    private long rows;

    // Prediction sets whose label is known; those that held it, and the classes in all of them.
    private long sets;
    private long held;
    private long classesInSets;

    Scoring(SavedModel saved) {
      this.saved = saved;
      this.model = Model.of(saved);
      this.scores = new PrequentialEvaluator(saved.schema().classes(), WINDOW);
    }

    void run(Writer target, boolean json) throws IOException {
      List<String> classes = saved.schema().labels().names();
      boolean withSets = saved.origin().config().coverage() != null;
      ScoreWriter writer =
          json ? ScoreWriter.json(target) : ScoreWriter.csv(target, classes, withSets);
      try (ScoredRows source =
          isJson(data)
              ? JsonScoredRows.open(data, saved.schema(), className, reading.reading().missing())
              : CsvScoredRows.open(data, reading.reading(), saved.schema(), className)) {
        for (ScoredRows.Row row = source.next(); row != null; row = source.next()) {
          rows++;
          score(row, source, writer);
        }
      }
    }

    private void score(ScoredRows.Row row, ScoredRows source, ScoreWriter writer)
        throws IOException {
      countUnknown(row.values());
      int label = row.label() == null ? -1 : saved.schema().labels().indexOf(row.label());
      if (row.label() != null && label < 0) {
        throw source.error(
            "column '%s' holds the class '%s', the model has %s"
                .formatted(
                    Shown.of(String.valueOf(className)),
                    Shown.of(row.label()),
                    Shown.of(String.join(", ", saved.schema().labels().names()))));
      }
      PendingPrediction prediction = model.predict(row.values());
      writer.write(
          rows,
          model.predictedClass(prediction),
          row.label(),
          model.probabilities(prediction),
          prediction.hasPredictionSet() ? model.predictionSet(prediction) : null);
      count(prediction, label);
      if (label >= 0) {
        scores.add(label, prediction.predictedClass());
        if (learn) {
          model.learn(prediction, label);
        }
      }
    }

    private void count(PendingPrediction prediction, int label) {
      if (label >= 0 && prediction.hasPredictionSet()) {
        int[] set = prediction.predictionSet();
        sets++;
        classesInSets += set.length;
        held += Arrays.binarySearch(set, label) >= 0 ? 1 : 0;
      }
    }

    private void countUnknown(Map<String, Object> values) {
      for (Attribute attribute : saved.schema().attributes()) {
        Object value = values.get(attribute.name());
        if (attribute.isNominal() && value != null && !attribute.values().contains(value)) {
          unknown.merge(attribute.name(), 1L, Long::sum);
        }
      }
    }

    void show(PrintWriter to) {
      MixtureOfExperts mixture = model.mixture();
      line(to, "model", "%s", saved.modelKey());
      line(to, "rows", "%,d", rows);
      line(to, "labels", "%,d", scores.overall().labels());
      if (scores.overall().labels() > 0) {
        line(to, "accuracy", "%.2f %%", scores.overall().accuracy());
        line(to, "kappa", "%.2f %%", scores.overall().kappa());
        line(to, "kappa-M", "%.2f %%", scores.overall().kappaM());
        line(to, "kappa-temporal", "%.2f %%", scores.overall().kappaT());
      }
      if (sets > 0) {
        line(to, "coverage", "%.2f %%", 100.0 * held / sets);
        line(to, "classes per set", "%.3f", classesInSets / (double) sets);
      }
      line(to, "learned in all", "%,d", mixture.version());
      to.flush();
    }

    private void line(PrintWriter to, String name, String format, Object value) {
      to.printf(Locale.ROOT, "%-16s" + format + "%n", name, value);
    }

    void warn(PrintWriter to) {
      unknown.forEach(
          (name, count) ->
              to.printf(
                  Locale.ROOT,
                  "column '%s': %,d values that the model does not know were taken as missing%n",
                  Shown.of(name),
                  count));
      to.flush();
    }
  }
}
