// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.Division;
import io.driftmoe.router.FleetKeys;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PrequentialEvaluator;
import io.driftmoe.router.Preset;
import io.driftmoe.router.StepReport;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Models of many keys that share what they learn: of sensors, shops or stations that differ and yet
 * have much in common. Each key has a {@link MixtureOfExperts} of its own, and all have one model
 * in common, which learns every label. The gates of a key's model weigh the common one like an
 * expert: a new key is as good as the fleet from its first event, and goes its own way where its
 * own experts are better. docs/fleets.md has figures.
 *
 * <pre>{@code
 * Fleet fleet = Fleet.create(schema);
 * FleetPrediction prediction = fleet.predict("sensor-7", features);
 * fleet.learn(prediction, label);
 * }</pre>
 *
 * <p>Deterministic: equal arguments and calls, in the same order over all keys, give bit-identical
 * predictions, also over {@link #save} and {@link #load}, and whatever is packed meanwhile. Labels
 * may come late, in any order, or never. Not thread-safe; no method starts a thread.
 */
public final class Fleet {
  private static final String TAG = "FLEE";
  private static final int VERSION = 1;

  private final ModelOrigin origin;
  private final MixtureConfig config;
  private final FleetLimits limits;
  private final MixtureOfExperts common;

  /** Those that were not used for longest first. */
  private final LinkedHashMap<String, FleetMember> members = new LinkedHashMap<>();

  /** The members that are not packed, likewise. */
  private final LinkedHashMap<String, FleetMember> live = new LinkedHashMap<>();

  /** Models that have begun. */
  private long begun;

  private Fleet(ModelOrigin origin, FleetLimits limits, MixtureOfExperts common) {
    this.origin = origin;
    this.config = origin.config();
    this.limits = limits;
    this.common = common;
  }

  /**
   * Makes a fleet without keys, of the preset adaptive with seed 1.
   *
   * @param schema attributes and classes of the events of all keys; the key is none of them
   * @return the fleet
   */
  public static Fleet create(StreamSchema schema) {
    return create(schema, MixtureSettings.of(Preset.ADAPTIVE), 1, FleetLimits.defaults());
  }

  /**
   * Makes a fleet without keys.
   *
   * @param schema attributes and classes of the events of all keys
   * @param settings of all models; {@code fleet: all} is added where they do not say it
   * @param seed of everything random
   * @param limits how much is kept
   * @return the fleet
   * @throws IllegalArgumentException when the settings do not fit the schema, or are of a mixture
   *     that cannot be in a fleet, such as the paper presets
   */
  public static Fleet create(
      StreamSchema schema, MixtureSettings settings, long seed, FleetLimits limits) {
    boolean joined =
        settings.config(seed).division() instanceof Division.Data data && data.fleet().isPresent();
    ModelOrigin origin =
        new ModelOrigin(schema, joined ? settings : settings.withFleet(new FleetKeys.All()), seed);
    return new Fleet(origin, limits, MixtureOfExperts.create(origin.inCommon().config(), schema));
  }

  /**
   * Predicts, and learns nothing. A key that is new gets a model.
   *
   * @param key whose event it is, any text
   * @param features one value per attribute of the schema; NaN is a missing value
   * @return the prediction, to be kept until its label comes
   * @throws IllegalArgumentException when the number of features is not that of the schema
   */
  public FleetPrediction predict(String key, FeatureVector features) {
    if (features.size() != origin.schema().features()) {
      throw new IllegalArgumentException(
          "features has %s values, the schema has %s attributes"
              .formatted(features.size(), origin.schema().features()));
    }
    FleetMember member = members.get(key);
    if (member == null) {
      member = FleetMember.of(++begun, MixtureOfExperts.create(config, origin.schema()));
    }
    MixtureOfExperts mixture = mixture(member);
    used(key, member);
    return new FleetPrediction(key, member.begun(), mixture.predict(features));
  }

  /**
   * Takes the label of a prediction: the model that made it learns, and so does the common one.
   *
   * @param prediction of this fleet, not learned before
   * @param label true class, an index into the classes of the schema
   * @return what the lesson changed in the model of the key; empty where that one was forgotten
   *     meanwhile: only the common model has learned then
   * @throws IllegalArgumentException when the label is no class or the prediction has other sizes;
   *     nothing has changed then
   */
  public Optional<StepReport> learn(FleetPrediction prediction, int label) {
    if (label < 0 || label >= origin.schema().classes()) {
      throw new IllegalArgumentException(
          "label must be a class from 0 to %s, got %s"
              .formatted(origin.schema().classes() - 1, label));
    }
    FleetMember member = members.get(prediction.key());
    Optional<StepReport> report = Optional.empty();
    if (member != null && member.begun() == prediction.begun()) {
      MixtureOfExperts mixture = mixture(member);
      used(prediction.key(), member);
      report = Optional.of(mixture.learn(prediction.prediction(), label));
    }
    common.learn(common.predict(prediction.prediction().features()), label);
    return report;
  }

  private MixtureOfExperts mixture(FleetMember member) {
    try {
      MixtureOfExperts mixture = member.mixture(origin, config);
      mixture.borrow(common);
      return mixture;
    } catch (IOException e) {
      throw new UncheckedIOException("a model that was packed cannot be read", e);
    }
  }

  private void used(String key, FleetMember member) {
    members.remove(key);
    members.put(key, member);
    live.remove(key);
    live.put(key, member);
    while (members.size() > limits.keys()) {
      live.remove(removeFirst(members).getKey());
    }
    while (live.size() > limits.live()) {
      try {
        removeFirst(live).getValue().pack();
      } catch (IOException e) {
        throw new UncheckedIOException("a model cannot be packed", e);
      }
    }
  }

  private static Map.Entry<String, FleetMember> removeFirst(
      LinkedHashMap<String, FleetMember> models) {
    Iterator<Map.Entry<String, FleetMember>> all = models.entrySet().iterator();
    Map.Entry<String, FleetMember> first = all.next();
    all.remove();
    return first;
  }

  /** {@return the keys that have a model, those that were not used for longest first} */
  public List<String> keys() {
    return List.copyOf(members.keySet());
  }

  /** {@return how many models of keys are kept as objects} */
  public int live() {
    return live.size();
  }

  /**
   * {@return the scores of the model of a key so far; empty where it has none}
   *
   * @param key any text
   */
  public Optional<PrequentialEvaluator.Scores> scores(String key) {
    return Optional.ofNullable(members.get(key)).map(this::scores);
  }

  private PrequentialEvaluator.Scores scores(FleetMember member) {
    try {
      return member.read(origin, config).evaluation().overall();
    } catch (IOException e) {
      throw new UncheckedIOException("a model that was packed cannot be read", e);
    }
  }

  /** {@return the model that all keys have in common, for reading: the fleet goes on with it} */
  public MixtureOfExperts common() {
    return common;
  }

  /** {@return attributes and classes of the events of all keys} */
  public StreamSchema schema() {
    return origin.schema();
  }

  /**
   * Saves the fleet, which can go on. Whoever reads the file meanwhile finds the old fleet or the
   * new one, as a whole. Predictions that wait for their labels stay with the caller, who may learn
   * them after loading as well.
   *
   * @param file is made or replaced; its folder must exist
   * @throws IOException when the file cannot be written; the old one stays
   */
  public void save(Path file) throws IOException {
    ModelFile.replace(file, this::save);
  }

  /**
   * Saves the fleet.
   *
   * @param to receives the bytes and is flushed, not closed
   * @throws IOException when the output fails
   */
  public void save(OutputStream to) throws IOException {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to));
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(ModelOrigin.VERSION);
    origin.write(out);
    out.writeInt(limits.keys());
    out.writeInt(limits.live());
    out.writeLong(begun);
    writeBytes(out, FleetMember.packed(common));
    out.writeInt(members.size());
    for (Map.Entry<String, FleetMember> member : members.entrySet()) {
      SnapshotText.write(out, member.getKey());
      out.writeLong(member.getValue().begun());
      writeBytes(out, member.getValue().bytes());
    }
    out.flush();
  }

  /**
   * Loads a fleet, which goes on bit for bit where it was saved.
   *
   * @param file as {@link #save} left it
   * @return the fleet
   * @throws IOException when the file cannot be read, holds no fleet, is damaged, or of a newer
   *     version
   */
  public static Fleet load(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return load(in);
    }
  }

  /**
   * Loads a fleet.
   *
   * @param from what {@link #save} wrote, which is read to its end and not closed
   * @return the fleet
   * @throws IOException as of {@link #load(Path)}
   */
  public static Fleet load(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(from));
    try {
      SnapshotHeader.read(in, TAG, VERSION);
      ModelOrigin origin = ModelOrigin.read(in.readInt(), in);
      FleetLimits limits = new FleetLimits(in.readInt(), in.readInt());
      long begun = in.readLong();
      Fleet fleet =
          new Fleet(
              origin,
              limits,
              FleetMember.restore(readBytes(in), origin, origin.inCommon().config()));
      fleet.begun = begun;
      fleet.readMembers(in);
      if (in.read() >= 0) {
        throw new IOException("it goes on after the end of its fleet");
      }
      return fleet;
    } catch (EOFException e) {
      throw new IOException("it ends inside its fleet: it was cut off"); // the cause adds nothing
    } catch (RuntimeException e) {
      throw new IOException("it is damaged: " + e.getMessage(), e);
    }
  }

  private void readMembers(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = SnapshotText.read(in);
      FleetMember member = FleetMember.packed(in.readLong(), readBytes(in));
      if (i >= limits.keys() || member.begun() > begun || members.put(key, member) != null) {
        throw new IOException("it is damaged: its keys contradict each other");
      }
      keys.add(key);
    }
    for (String key : keys.subList(Math.max(0, count - limits.live()), count)) {
      FleetMember member = members.get(key);
      if (member != null) {
        member.mixture(origin, config); // may fail now rather than at an event
        live.put(key, member);
      }
    }
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = length < 0 ? new byte[0] : in.readNBytes(length);
    if (bytes.length != length) {
      throw new EOFException();
    }
    return bytes;
  }
}
