// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import com.yahoo.labs.samoa.instances.Instance;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import java.util.ArrayList;
import java.util.List;
import moa.options.ClassOption;
import moa.options.OptionHandler;
import moa.streams.ExampleStream;

/** Events of a stream, for comparison. */
final class Events {
  private Events() {}

  static List<LabeledExample> moa(String commandLine, int events) {
    ExampleStream<?> stream;
    try {
      stream =
          (ExampleStream<?>) ClassOption.cliStringToObject(commandLine, ExampleStream.class, null);
    } catch (Exception e) {
      throw new AssertionError(commandLine, e);
    }
    ((OptionHandler) stream).prepareForUse();
    List<LabeledExample> examples = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      Instance instance = (Instance) stream.nextInstance().getData();
      double[] values = new double[instance.numAttributes() - 1];
      for (int a = 0; a < values.length; a++) {
        values[a] = instance.value(a);
      }
      examples.add(new LabeledExample(FeatureVector.of(values), (int) instance.classValue()));
    }
    return examples;
  }

  static List<LabeledExample> all(LabeledStream stream) {
    List<LabeledExample> examples = new ArrayList<>();
    stream.forEachRemaining(examples::add);
    return examples;
  }

  static String hash(List<LabeledExample> examples) {
    long hash = 0xcbf29ce484222325L;
    for (LabeledExample example : examples) {
      for (int i = 0; i < example.features().size(); i++) {
        hash = (hash ^ Double.doubleToLongBits(example.features().get(i))) * 0x100000001b3L;
        hash ^= hash >>> 29;
      }
      hash = (hash ^ example.label()) * 0x100000001b3L;
    }
    return Long.toHexString(hash);
  }
}
