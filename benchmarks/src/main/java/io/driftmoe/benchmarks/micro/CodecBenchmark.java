// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.schemas.AnyRecord;
import io.driftmoe.schemas.FeatureCodec;
import io.driftmoe.schemas.InvalidEventException;
import io.driftmoe.schemas.JsonRecordWriter;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.RecordNames;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Events between bytes and core types: what the job does with every message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CodecBenchmark {
  // A power of two: the low bits of a counter that may overflow are still an index.
  private static final int EVENTS = 256;
  private static final int CLASSES = 10;
  private static final int EXPERTS = 12;
  private static final long TIME = 1_700_000_000_000L;

  private int next;

  /** Events of 24 features. */
  @State(Scope.Thread)
  public static class Features {
    private static final int FEATURES = 24;
    private static final List<String> VALUES = List.of("0", "1");

    private final SingleObjectCodec<FeatureEvent> events = SingleObjectCodec.of(FeatureEvent.class);
    private final FeatureVector[] vectors = new FeatureVector[EVENTS];
    private final byte[][] messages = new byte[EVENTS][];

    /** A nominal value goes as its name, a number as eight bytes. */
    @Param({"nominal", "numeric"})
    private String attributes;

    private FeatureCodec codec;

    /** Draws the events. */
    @Setup
    public void draw() {
      boolean nominal = attributes.equals("nominal");
      codec = new FeatureCodec(schema(nominal));
      SplitMix64 random = new SplitMix64(1);
      for (int i = 0; i < EVENTS; i++) {
        double[] values = new double[FEATURES];
        for (int f = 0; f < FEATURES; f++) {
          double value = random.nextDouble();
          values[f] = nominal ? Math.round(value) : value;
        }
        vectors[i] = FeatureVector.of(values);
        messages[i] = encode(i);
      }
    }

    private static StreamSchema schema(boolean nominal) {
      return new StreamSchema(
          IntStream.range(0, FEATURES)
              .mapToObj(
                  f -> nominal ? Attribute.nominal("a" + f, VALUES) : Attribute.numeric("a" + f))
              .toList(),
          new LabelSpace(classes()));
    }

    private byte[] encode(int i) {
      return events.encode(
          new FeatureEvent("model", "event-" + i, TIME + i, codec.toWire(vectors[i]), "3", false));
    }
  }

  /** Predictions of 10 classes by 12 experts. */
  @State(Scope.Thread)
  public static class Predictions {
    private final SingleObjectCodec<PredictionEvent> events =
        SingleObjectCodec.of(PredictionEvent.class);
    private final PredictionEvent[] predictions = new PredictionEvent[EVENTS];
    private final byte[][] messages = new byte[EVENTS][];
    private final AnyRecord records = new AnyRecord();
    private final OutputCodec<PredictionEvent> either = OutputCodec.of(PredictionEvent.class);
    private final JsonRecordWriter json =
        new JsonRecordWriter(
            new RecordNames(
                classes(), IntStream.range(0, EXPERTS).mapToObj(e -> "forest " + e).toList()));
    private final byte[][] lines = new byte[EVENTS][];

    /** Draws the predictions. */
    @Setup
    public void draw() {
      SplitMix64 random = new SplitMix64(1);
      for (int i = 0; i < EVENTS; i++) {
        predictions[i] =
            new PredictionEvent(
                "model",
                "event-" + i,
                "3",
                shares(random, CLASSES),
                shares(random, EXPERTS),
                (long) i,
                TIME + i,
                100L,
                List.of(),
                false,
                0);
        messages[i] = events.encode(predictions[i]);
        lines[i] = json.write(predictions[i]);
      }
    }

    private static List<Double> shares(SplitMix64 random, int n) {
      double[] values = DoubleStream.generate(random::nextDouble).limit(n).toArray();
      double sum = DoubleStream.of(values).sum();
      return DoubleStream.of(values).map(value -> value / sum).boxed().toList();
    }
  }

  private static List<String> classes() {
    return IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
  }

  /** From features to bytes. */
  @Benchmark
  public byte[] encodeFeatures(Features features) {
    return features.encode(next++ & (EVENTS - 1));
  }

  /** From bytes to features. */
  @Benchmark
  public FeatureVector decodeFeatures(Features features)
      throws WireFormatException, InvalidEventException {
    FeatureEvent event = features.events.decode(features.messages[next++ & (EVENTS - 1)]);
    return features.codec.toFeatures(event.getFeatures());
  }

  /** From a prediction to bytes. */
  @Benchmark
  public byte[] encodePrediction(Predictions predictions) {
    return predictions.events.encode(predictions.predictions[next++ & (EVENTS - 1)]);
  }

  /** From a prediction to bytes as with output.format json: Avro, read again, and JSON. */
  @Benchmark
  public byte[] encodePredictionInJson(Predictions predictions) throws WireFormatException {
    byte[] avro = predictions.events.encode(predictions.predictions[next++ & (EVENTS - 1)]);
    return predictions.json.write(Objects.requireNonNull(predictions.records.decode(avro)));
  }

  /** From JSON to a prediction. */
  @Benchmark
  public PredictionEvent decodePredictionInJson(Predictions predictions)
      throws WireFormatException {
    return predictions.either.decode(predictions.lines[next++ & (EVENTS - 1)]);
  }

  /** From bytes to a prediction. */
  @Benchmark
  public PredictionEvent decodePrediction(Predictions predictions) throws WireFormatException {
    return predictions.events.decode(predictions.messages[next++ & (EVENTS - 1)]);
  }
}
