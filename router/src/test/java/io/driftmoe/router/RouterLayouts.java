// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.gates.Outcome;
import io.driftmoe.networks.MixedStream;
import io.driftmoe.networks.StoredLayout;
import io.driftmoe.router.models.Fleet;
import io.driftmoe.router.models.FleetLimits;
import io.driftmoe.router.models.FleetPrediction;
import io.driftmoe.router.models.ModelOrigin;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import java.util.zip.InflaterInputStream;

/** Parts of mixtures, mixtures and fleets whose layouts are stored. */
final class RouterLayouts {
  static final Path FOLDER = Path.of("src/test/resources/io/driftmoe/router/layouts");

  private static final StreamSchema SCHEMA = MixedStream.SCHEMA;
  private static final int FUTURE = 150;
  private static final int LATE = 5;

  /** Events of a fleet in which labels follow each other, and the first of its last key. */
  private static final int FOLLOWING = 460;

  private static final int LATE_KEY = 400;

  /** Tag and version. */
  private static final int HEADER_BYTES = 6;

  /** Quick ones, with all that a mixture has besides experts and gates. */
  private static final MixtureSettings SMALL =
      new MixtureSettings(
          """
          {"preset": "adaptive", "objective": "g-mean",
           "pool": ["naive-bayes", "no-change", "majority-class"],
           "attendance": {"type": "by-gain", "trial": 30, "period": 10, "memory": 50,
             "probe": 0.25, "least-gain": 0.01}}\
          """);

  private static final MixtureSettings SMALL_WITHOUT_LABELS =
      new MixtureSettings(SMALL.json().replaceFirst("\\{", "{\"label-memory\": \"never\", "));

  private static final MixtureSettings SMALL_WITH_SETS =
      new MixtureSettings(
          SMALL.json().replaceFirst("\\}$", ", \"coverage\": 0.75, \"accuracy-estimate\": 50}"));

  private RouterLayouts() {}

  static List<StoredLayout<?>> all() {
    return List.of(
        lastLabels(),
        calibrator(),
        recallChoice(),
        attendance("ATTN", 0),
        attendance("ATTN-halved", 2),
        prediction(),
        predictionSet(),
        predictionUnderLoad(),
        predictionSets(),
        accuracyEstimate(),
        inputWatch("INWA", 900),
        inputWatch("INWA-sample", 90),
        mixture("MOE_", SMALL, 600),
        mixture("MOE_-young", SMALL, 40),
        mixture("MOE_-sets", SMALL_WITH_SETS, 600),
        mixture("MOE_-sets-young", SMALL_WITH_SETS, 40),
        common(),
        fleet("FLEE", SMALL),
        fleet("FLEE-untaught", SMALL_WITHOUT_LABELS),
        lateKey());
  }

  private static double[] probabilities(SplitMix64 random) {
    double[] probabilities = new double[SCHEMA.classes()];
    double sum = 0;
    for (int c = 0; c < probabilities.length; c++) {
      double part = random.nextDouble();
      probabilities[c] = part * part * part;
      sum += probabilities[c];
    }
    for (int c = 0; c < probabilities.length; c++) {
      probabilities[c] /= sum;
    }
    return probabilities;
  }

  /** Labels that follow each other, in two groups. */
  private static StoredLayout<LastLabels> lastLabels() {
    return new StoredLayout<>(
        "LABL",
        () -> {
          LastLabels labels = LastLabels.create(SCHEMA);
          followed(labels, 0, 700);
          return labels;
        },
        LastLabels::writeSnapshot,
        in -> {
          LastLabels labels = LastLabels.create(SCHEMA);
          labels.readSnapshot(in);
          return labels;
        },
        labels -> followed(labels, 700, 700 + FUTURE));
  }

  private static List<String> followed(LastLabels labels, int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      SplitMix64 random = new SplitMix64(i + 1);
      double[] experts = probabilities(random);
      FeatureVector features =
          FeatureVector.of(random.nextDouble(), i % 3, random.nextDouble(), i % 2, 0);
      double[] said = labels.say(features, i, i);
      double[] corrected = experts.clone();
      labels.correct(said, corrected);
      lines.add(StoredLayout.line(ArgMax.of(corrected), corrected));
      int label = random.nextDouble() < 0.8 ? i / 2 % 4 : (int) (4 * random.nextDouble());
      labels.learn(features, label, labels.lesson(features, label, i, said, experts, i), i);
    }
    return lines;
  }

  private static StoredLayout<Calibrator> calibrator() {
    return new StoredLayout<>(
        "CALI",
        () -> {
          Calibrator calibrator = new Calibrator();
          calibrated(calibrator, 0, 700);
          return calibrator;
        },
        Calibrator::writeSnapshot,
        in -> {
          Calibrator calibrator = new Calibrator();
          calibrator.readSnapshot(in);
          return calibrator;
        },
        calibrator -> calibrated(calibrator, 700, 700 + FUTURE));
  }

  private static List<String> calibrated(Calibrator calibrator, int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      SplitMix64 random = new SplitMix64(i + 1);
      double[] probabilities = probabilities(random);
      int top = ArgMax.of(probabilities);
      double confidence = probabilities[top];
      Calibrator.set(probabilities, top, calibrator.corrected(confidence));
      lines.add(StoredLayout.line(top, probabilities));
      calibrator.learn(confidence, random.nextDouble() < 0.8 * confidence, 1);
    }
    return lines;
  }

  private static StoredLayout<RecallChoice> recallChoice() {
    return new StoredLayout<>(
        "RECA",
        () -> {
          RecallChoice choice = new RecallChoice(Objective.G_MEAN, SCHEMA);
          chosen(choice, MixedStream.of(700, 3));
          return choice;
        },
        RecallChoice::writeSnapshot,
        in -> {
          RecallChoice choice = new RecallChoice(Objective.G_MEAN, SCHEMA);
          choice.readSnapshot(in);
          return choice;
        },
        choice -> chosen(choice, MixedStream.of(FUTURE, 4)));
  }

  private static List<String> chosen(RecallChoice choice, List<LabeledExample> events) {
    List<String> lines = new ArrayList<>();
    SplitMix64 random = new SplitMix64(7);
    for (LabeledExample event : events) {
      double[] probabilities = probabilities(random);
      lines.add(StoredLayout.line(choice.choose(event.features(), probabilities), probabilities));
      choice.learn(event.features(), probabilities, event.label());
    }
    return lines;
  }

  /** The last two of four experts consist of specialists. */
  private static Attendance freshAttendance(int halvings) {
    return new Attendance(
        new AttendanceConfig(
            20, 10, 1_000, 0.25, 0.01, new SpecialistTrials(100, 50, 30, 20, halvings)),
        new boolean[] {false, false, true, true});
  }

  private static StoredLayout<Attendance> attendance(String name, int halvings) {
    return new StoredLayout<>(
        name,
        () -> {
          Attendance attendance = freshAttendance(halvings);
          attended(attendance, 0, 333);
          return attendance;
        },
        Attendance::writeSnapshot,
        in -> {
          Attendance attendance = freshAttendance(halvings);
          attendance.readSnapshot(in);
          return attendance;
        },
        attendance -> attended(attendance, 333, 333 + 2 * FUTURE));
  }

  /** Weights, and the number of experts that are asleep. The third is of use later only. */
  private static List<String> attended(Attendance attendance, int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      SplitMix64 random = new SplitMix64(i + 1);
      double[] weights = {0.25, 0.25, 0.25, 0.25};
      attendance.choose(i, weights);
      int asleep = 0;
      boolean[] heard = new boolean[weights.length];
      double[] likelihoods = new double[weights.length];
      for (int e = 0; e < weights.length; e++) {
        asleep += attendance.isAsleep(e) ? 1 : 0;
        heard[e] = weights[e] > 0;
        likelihoods[e] = (e == 0 || e == 2 && i > 400 ? 0.5 : 0) + 0.5 * random.nextDouble();
      }
      lines.add(StoredLayout.line(asleep, weights));
      attendance.observe(
          weights,
          new Outcome(
              new boolean[weights.length],
              likelihoods,
              new double[weights.length],
              heard,
              SCHEMA.classes()),
          new ArrayList<>());
    }
    return lines;
  }

  /** One whose class and confidence do not follow from its probabilities. */
  private static StoredLayout<PendingPrediction> prediction() {
    return new StoredLayout<>(
        "PRED",
        () -> {
          MixtureOfExperts mixture = MixtureOfExperts.create(SMALL.config(7), SCHEMA);
          for (LabeledExample event : MixedStream.of(600, 5)) {
            PendingPrediction made = mixture.predict(event.features());
            if (mixture.version() > 500 && made.predictedClass() != made.mostProbable()) {
              return made;
            }
            mixture.learn(made, event.label());
          }
          throw new IllegalStateException("the most probable class was always predicted");
        },
        PendingPrediction::writeTo,
        PendingPrediction::readFrom,
        made ->
            List.of(
                StoredLayout.line(made.predictedClass(), made.probabilities()),
                StoredLayout.line(made.mostProbable(), made.gateWeights()),
                StoredLayout.line(made.votes().classes(), made.votes().values()),
                StoredLayout.line(made.saidOfLabels().length, made.saidOfLabels()),
                StoredLayout.line((int) made.modelVersion(), made.confidence()),
                Long.toHexString(made.dropoutSeed())));
  }

  /** One with a prediction set. */
  private static StoredLayout<PendingPrediction> predictionSet() {
    return new StoredLayout<>(
        "PRED-set",
        () -> {
          MixtureOfExperts mixture = MixtureOfExperts.create(SMALL_WITH_SETS.config(7), SCHEMA);
          for (LabeledExample event : MixedStream.of(600, 5)) {
            PendingPrediction made = mixture.predict(event.features());
            if (mixture.version() > 500 && made.predictionSet().length == 2) {
              return made;
            }
            mixture.learn(made, event.label());
          }
          throw new IllegalStateException("no set had two classes");
        },
        PendingPrediction::writeTo,
        PendingPrediction::readFrom,
        made ->
            List.of(
                StoredLayout.line(made.predictedClass(), made.probabilities()),
                StoredLayout.line(made.predictionSet()[0], made.setBound().least()),
                StoredLayout.line(made.predictionSet()[1], made.setBound().missRate())));
  }

  /** One for which few experts were asked. */
  private static StoredLayout<PendingPrediction> predictionUnderLoad() {
    return new StoredLayout<>(
        "PRED-load",
        () -> {
          MixtureOfExperts mixture = MixtureOfExperts.create(SMALL.config(7), SCHEMA);
          for (LabeledExample event : MixedStream.of(200, 5)) {
            mixture.learn(mixture.predict(event.features(), 2), event.label());
          }
          return mixture.predict(MixedStream.of(1, 6).get(0).features(), 2);
        },
        PendingPrediction::writeTo,
        PendingPrediction::readFrom,
        made ->
            List.of(
                StoredLayout.line(made.predictedClass(), made.probabilities()),
                StoredLayout.line(made.loadLevel(), made.gateWeights())));
  }

  private static StoredLayout<PredictionSets> predictionSets() {
    return new StoredLayout<>(
        "SETS",
        () -> {
          PredictionSets sets = new PredictionSets(0.9, 100, SCHEMA.classes());
          bounded(sets, 0, 700);
          return sets;
        },
        PredictionSets::writeSnapshot,
        in -> {
          PredictionSets sets = new PredictionSets(0.9, 100, SCHEMA.classes());
          sets.readSnapshot(in);
          return sets;
        },
        sets -> bounded(sets, 700, 700 + FUTURE));
  }

  private static StoredLayout<AccuracyEstimate> accuracyEstimate() {
    return new StoredLayout<>(
        "EACC",
        () -> {
          AccuracyEstimate estimate = new AccuracyEstimate(200);
          estimated(estimate, 0, 730);
          return estimate;
        },
        AccuracyEstimate::writeSnapshot,
        in -> {
          AccuracyEstimate estimate = new AccuracyEstimate(200);
          estimate.readSnapshot(in);
          return estimate;
        },
        estimate -> estimated(estimate, 730, 730 + FUTURE));
  }

  /** The first feature rises in what follows, and the second has another value. */
  private static StoredLayout<InputWatch> inputWatch(String name, int events) {
    return new StoredLayout<>(
        name,
        () -> {
          InputWatch watch = new InputWatch(SCHEMA, 1_000, 3);
          watched(watch, 0, events);
          return watch;
        },
        InputWatch::writeSnapshot,
        in -> {
          InputWatch watch = new InputWatch(SCHEMA, 1_000, 3);
          watch.readSnapshot(in);
          return watch;
        },
        watch -> watched(watch, events, 1_400));
  }

  private static List<String> watched(InputWatch watch, int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      SplitMix64 random = new SplitMix64(i);
      PendingPrediction made =
          PredictionSetsTest.prediction(probabilities(random), SetBound.ALL, i);
      double[] values = new double[SCHEMA.features()];
      for (int a = 0; a < values.length; a++) {
        int declared = SCHEMA.attributes().get(a).values().size();
        double drawn = random.nextDouble();
        values[a] = declared == 0 ? drawn + (i < 1_000 ? 0 : 1) : (int) (drawn * declared);
      }
      for (EarlyAlarm alarm : watch.watch(FeatureVector.of(values), made)) {
        lines.add(i + " " + alarm);
      }
    }
    return lines;
  }

  private static List<String> estimated(AccuracyEstimate estimate, int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      double[] probabilities = probabilities(new SplitMix64(i + 1));
      PendingPrediction made = PredictionSetsTest.prediction(probabilities, SetBound.ALL, i);
      EstimatedAccuracy accuracy = estimate.of(List.of(made));
      lines.add(StoredLayout.line(i, accuracy.accuracy(), accuracy.error()));
      estimate.learn(made, i * 7 % SCHEMA.classes());
    }
    return lines;
  }

  /** Labels are five events late. */
  private static List<String> bounded(PredictionSets sets, int from, int to) {
    List<String> lines = new ArrayList<>();
    Queue<PendingPrediction> waiting = new ArrayDeque<>();
    for (int i = from; i < to; i++) {
      SetBound bound = sets.next(i);
      waiting.add(PredictionSetsTest.prediction(probabilities(new SplitMix64(i + 1)), bound, i));
      if (waiting.size() > LATE) {
        sets.learn(waiting.remove(), i * 7 % SCHEMA.classes());
      }
      PredictionSets.Coverage coverage = sets.coverage();
      lines.add(
          StoredLayout.line(
              coverage.labels(),
              bound.least(),
              bound.missRate(),
              coverage.held(),
              coverage.size()));
    }
    return lines;
  }

  private static StoredLayout<MixtureOfExperts> mixture(
      String name, MixtureSettings settings, int events) {
    return new StoredLayout<>(
        name,
        () -> {
          MixtureOfExperts mixture = MixtureOfExperts.create(settings.config(7), SCHEMA);
          run(mixture, MixedStream.of(events, 5));
          return mixture;
        },
        MixtureOfExperts::writeSnapshot,
        RouterLayouts::readMixture,
        mixture -> run(mixture, MixedStream.of(FUTURE, 6)));
  }

  /** Under its own configuration, whatever the preset is today. */
  private static MixtureOfExperts readMixture(DataInputStream in) throws IOException {
    in.mark(0);
    MixtureConfig config = MixtureOfExperts.savedConfig(in);
    in.reset();
    return MixtureOfExperts.restore(config, SCHEMA, in);
  }

  /** Labels come late; those of the last events never. */
  private static List<String> run(MixtureOfExperts mixture, List<LabeledExample> events) {
    List<String> lines = new ArrayList<>();
    Queue<PendingPrediction> waiting = new ArrayDeque<>();
    for (LabeledExample event : events) {
      PendingPrediction made = mixture.predict(event.features());
      lines.add(StoredLayout.line(made.predictedClass(), made.probabilities()));
      waiting.add(made);
      if (waiting.size() > LATE) {
        mixture.learn(waiting.remove(), events.get(lines.size() - 1 - LATE).label());
      }
    }
    return lines;
  }

  /** The model that a fleet has in common, which the models of the keys have taught. */
  private static StoredLayout<MixtureOfExperts> common() {
    return new StoredLayout<>(
        "MOE_-common",
        () -> learned(SMALL).common(),
        MixtureOfExperts::writeSnapshot,
        RouterLayouts::readMixture,
        mixture -> run(mixture, MixedStream.of(FUTURE, 6)));
  }

  /** Three keys, of which two are not packed. */
  private static Fleet learned(MixtureSettings settings) {
    Fleet fleet = Fleet.create(SCHEMA, settings, 7, new FleetLimits(3, 2));
    run(fleet, threeKeys(MixedStream.of(450, 5)));
    return fleet;
  }

  private static StoredLayout<Fleet> fleet(String name, MixtureSettings settings) {
    return new StoredLayout<>(
        name,
        () -> learned(settings),
        Fleet::save,
        Fleet::load,
        fleet -> run(fleet, threeKeys(MixedStream.of(FUTURE, 6))),
        RouterLayouts::unpacked);
  }

  private static List<Visit> threeKeys(List<LabeledExample> events) {
    return IntStream.range(0, events.size())
        .mapToObj(i -> new Visit("key-" + i % 3, events.get(i)))
        .toList();
  }

  /**
   * A fleet whose fourth key has come late, and is young: it has begun with what usually follows a
   * label in the others.
   */
  private static StoredLayout<Fleet> lateKey() {
    return new StoredLayout<>(
        "FLEE-late",
        () -> {
          Fleet fleet = Fleet.create(SCHEMA, SMALL, 7, new FleetLimits(4, 2));
          run(fleet, followingVisits().subList(0, FOLLOWING));
          return fleet;
        },
        Fleet::save,
        Fleet::load,
        fleet -> run(fleet, followingVisits().subList(FOLLOWING, FOLLOWING + FUTURE)),
        RouterLayouts::unpacked);
  }

  /** At each key the next class follows in nine of ten events. */
  private static List<Visit> followingVisits() {
    List<LabeledExample> events = MixedStream.of(FOLLOWING + FUTURE, 8);
    SplitMix64 random = new SplitMix64(9);
    int[] labels = new int[4];
    List<Visit> visits = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      int key = i >= LATE_KEY && i % 2 == 0 ? 3 : i % 3;
      int classes = SCHEMA.classes();
      labels[key] =
          random.nextDouble() < 0.9
              ? (labels[key] + 1) % classes
              : (int) (classes * random.nextDouble());
      visits.add(
          new Visit("key-" + key, new LabeledExample(events.get(i).features(), labels[key])));
    }
    return visits;
  }

  /** A fleet whose models are not packed, which the libraries of other machines do otherwise. */
  static byte[] unpacked(byte[] fleet) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(fleet));
    in.skipNBytes(HEADER_BYTES);
    ModelOrigin.read(in.readInt(), in);
    in.skipNBytes(2 * Integer.BYTES + Long.BYTES);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    plain.write(fleet, 0, fleet.length - in.available());
    plain.write(unpackedModel(in));
    for (int count = in.readInt(); count > 0; count--) {
      plain.write(SnapshotText.read(in).getBytes(StandardCharsets.UTF_8));
      plain.write((int) in.readLong());
      plain.write(unpackedModel(in));
    }
    return plain.toByteArray();
  }

  private static byte[] unpackedModel(DataInputStream in) throws IOException {
    byte[] packed = in.readNBytes(in.readInt());
    try (InflaterInputStream model = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      return model.readAllBytes();
    }
  }

  /** An event of a key. */
  private record Visit(String key, LabeledExample event) {}

  private static List<String> run(Fleet fleet, List<Visit> visits) {
    List<String> lines = new ArrayList<>();
    Queue<FleetPrediction> waiting = new ArrayDeque<>();
    for (Visit visit : visits) {
      FleetPrediction made = fleet.predict(visit.key(), visit.event().features());
      lines.add(StoredLayout.line(made.predictedClass(), made.probabilities()));
      waiting.add(made);
      if (waiting.size() > LATE) {
        fleet.learn(waiting.remove(), visits.get(lines.size() - 1 - LATE).event().label());
      }
    }
    return lines;
  }
}
