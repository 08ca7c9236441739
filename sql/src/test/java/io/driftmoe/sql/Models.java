// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Preset;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.ModelOrigin;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Row;

/** Model files for tests. */
final class Models {
  private Models() {}

  /** Writes a model that has learned these examples. */
  static void write(Path file, String modelKey, List<LabeledExample> examples) throws IOException {
    MixtureSettings settings = MixtureSettings.of(Preset.PAPER_DATA);
    MixtureOfExperts mixture = Library.learned(examples, Preset.PAPER_DATA, 7);
    ModelFile.write(
        file, new SavedModel(modelKey, new ModelOrigin(Prices.SCHEMA, settings, 7), mixture));
  }

  static MixtureOfExperts read(Path file) throws IOException {
    return ModelFile.read(file).mixture();
  }

  /** The features of examples, in their order. */
  static DataStream<Row> rows(StreamExecutionEnvironment streams, List<LabeledExample> examples) {
    return streams.fromData(
        examples.stream()
            .map(
                example ->
                    Row.of(
                        example.features().get(0),
                        Prices.day(example),
                        Prices.demand(example),
                        Prices.open(example)))
            .toList(),
        Types.ROW_NAMED(
            new String[] {"price", "weekday", "demand", "busy"},
            Types.DOUBLE,
            Types.STRING,
            Types.DOUBLE,
            Types.BOOLEAN));
  }
}
