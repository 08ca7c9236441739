// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.PartFailure.Part;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Says before any label when the stream has changed: when the features are distributed otherwise
 * than before, or the predictions, by their classes and how sure they are. It only watches.
 *
 * <p>Independent events give at most one false alarm in as many events as the setting says, half of
 * that by features and half by predictions. Where there are more than 256 features, only one event
 * in so many times that is looked at, drawn by the seed of its prediction.
 */
final class InputWatch implements FurtherPart {
  static final FurtherParts.Kind<InputWatch> KIND =
      new FurtherParts.Kind<>(
          "input-watch",
          Part.INPUT_WATCH,
          (config, schema) ->
              config.inputWatch() == null
                  ? null
                  : new InputWatch(schema, config.inputWatch(), config.seed()));

  private static final String TAG = "INWA";
  private static final int VERSION = 1;

  /** Features that are looked at per event on average. */
  private static final int FEATURES = 256;

  /** Of the configured seed: what draws pairs and projections. */
  private static final long JOINT_SEED = 5;

  /** What draws events from a prediction's own seed. */
  private static final long EVENT_SEED = 6;

  private final Domain domain;
  private final int stride;
  private final DistributionWatch inputs;
  private final DistributionWatch outputs;

  // Of the event that is being looked at.
  private final double[] values;
  private final double[] predicted = new double[2];

  /**
   * @param rarity in so many events there is one false alarm at most
   * @param seed of the mixture
   */
  InputWatch(StreamSchema schema, int rarity, long seed) {
    this.domain = new Domain(schema);
    this.stride = (schema.features() + FEATURES - 1) / FEATURES;
    double ofEach = 2.0 * rarity;
    this.inputs =
        new DistributionWatch(
            EarlyAlarm.Of.INPUTS,
            schema.attributes(),
            ofEach / stride,
            SplitMix64.derive(seed, JOINT_SEED));
    this.outputs =
        new DistributionWatch(EarlyAlarm.Of.OUTPUTS, outputs(schema), ofEach, JOINT_SEED);
    this.values = new double[schema.features()];
  }

  private static List<Attribute> outputs(StreamSchema schema) {
    return List.of(
        Attribute.nominal("predicted class", schema.labels().names()),
        Attribute.numeric("confidence"));
  }

  /**
   * Looks at an event and its prediction.
   *
   * @return the alarms that it gives, mostly none
   */
  List<EarlyAlarm> watch(FeatureVector features, PendingPrediction prediction) {
    List<EarlyAlarm> alarms = new ArrayList<>(0);
    long version = prediction.modelVersion();
    if (stride == 1
        || Long.remainderUnsigned(SplitMix64.derive(prediction.dropoutSeed(), EVENT_SEED), stride)
            == 0) {
      domain.read(features, values);
      EarlyAlarm alarm = inputs.add(values, version);
      if (alarm != null) {
        alarms.add(spread(alarm));
      }
    }
    predicted[0] = prediction.predictedClass();
    predicted[1] = prediction.distribution()[prediction.mostProbable()];
    EarlyAlarm alarm = outputs.add(predicted, version);
    if (alarm != null) {
      alarms.add(alarm);
    }
    return alarms;
  }

  /** Over all events, not only over those that are looked at. */
  private EarlyAlarm spread(EarlyAlarm alarm) {
    return new EarlyAlarm(
        alarm.of(),
        alarm.joint(),
        alarm.moved(),
        alarm.extent(),
        alarm.events() * stride,
        alarm.sinceVersion(),
        alarm.falseAlarmProbability());
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    inputs.writeTo(out);
    outputs.writeTo(out);
  }

  /** Reads a snapshot; one for another number of events goes on with the new number. */
  @Override
  public void readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    inputs.readFrom(in);
    outputs.readFrom(in);
  }
}
