// SPDX-License-Identifier: GPL-3.0-or-later
package moa.classifiers.driftmoe;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import moa.core.ObjectRepository;
import moa.evaluation.preview.Preview;
import moa.options.ClassOption;
import moa.tasks.MainTask;
import moa.tasks.NullMonitor;

/** Runs tasks of MOA, and writes files for them. */
final class MoaTasks {
  private static final ObjectRepository NO_OBJECTS =
      new ObjectRepository() {
        @Override
        public Object getObjectNamed(String name) {
          return null;
        }
      };

  private MoaTasks() {}

  /** Makes the task of an evaluation that a command line describes and runs it in this thread. */
  static Preview run(String commandLine) throws Exception {
    return (Preview) result(commandLine);
  }

  /** Makes the task that a command line describes, runs it in this thread, and gives its result. */
  static Object result(String commandLine) throws Exception {
    MainTask task = (MainTask) ClassOption.cliStringToObject(commandLine, MainTask.class, null);
    return task.doTask(new NullMonitor(), NO_OBJECTS);
  }

  /** The measurement of this name in the last line of the result. */
  static double last(Preview result, String measurement) {
    for (int i = 0; i < result.getMeasurementNameCount(); i++) {
      if (result.getMeasurementName(i).equals(measurement)) {
        return result.getEntryData(result.numEntries() - 1)[i];
      }
    }
    throw new IllegalArgumentException(
        "MOA measures no %s: %s".formatted(measurement, List.of(result.getMeasurementNames())));
  }

  /** Events of a generator as an ARFF file, whose class attribute is {@code class}. */
  static Path generated(String name, int events, Path folder) throws IOException {
    StringBuilder arff = new StringBuilder("@relation generated\n");
    try (LabeledStream stream = StreamCatalog.open(name, events, 7)) {
      for (Attribute attribute : stream.schema().attributes()) {
        arff.append("@attribute %s %s\n".formatted(attribute.name(), type(attribute.values())));
      }
      arff.append("@attribute class %s\n@data\n".formatted(type(stream.schema().labels().names())));
      while (stream.hasNext()) {
        LabeledExample example = stream.next();
        for (int i = 0; i < example.features().size(); i++) {
          Attribute attribute = stream.schema().attributes().get(i);
          double value = example.features().get(i);
          arff.append(attribute.isNominal() ? attribute.values().get((int) value) : value);
          arff.append(',');
        }
        arff.append(stream.schema().labels().name(example.label())).append('\n');
      }
    }
    return Files.writeString(folder.resolve(name + ".arff"), arff);
  }

  private static String type(List<String> values) {
    return values.isEmpty()
        ? "numeric"
        : values.stream().collect(Collectors.joining(",", "{", "}"));
  }
}
