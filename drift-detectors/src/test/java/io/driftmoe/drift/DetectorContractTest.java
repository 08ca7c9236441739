// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every detector. */
class DetectorContractTest {

  static List<DetectorFactory> factories() {
    List<DetectorFactory> factories = new ArrayList<>(AllDetectors.DEFAULTS.values());
    // state that the defaults have too, but rarely: windows that wrap, warnings that end in a drift
    factories.add(new AdwinFactory(0.3));
    factories.add(new DdmFactory(5, 1, 1.5));
    factories.add(new EddmFactory(5, 5, 0.99, 0.98));
    factories.add(new HddmAFactory(0.1, 0.2, true));
    factories.add(new HddmWFactory(0.1, 0.2, 0.1, true));
    factories.add(new KswinFactory(40, 15, 0.05));
    factories.add(new PageHinkleyFactory(5, 0.01, 3, 0.99));
    factories.add(new RddmFactory(30, 1.2, 2.5, 300, 130, 40));
    factories.add(new StepdFactory(70, 0.05, 0.2));
    return factories;
  }

  @Test
  void theList_hasEveryFactoryOfThePackage() throws Exception {
    Set<Class<?>> all = new LinkedHashSet<>();
    File folder =
        new File(
            new File(
                DetectorFactory.class.getProtectionDomain().getCodeSource().getLocation().toURI()),
            DetectorFactory.class.getPackageName().replace('.', '/'));
    for (String file : folder.list()) {
      if (file.endsWith(".class") && !file.equals("package-info.class")) {
        String name = file.substring(0, file.length() - ".class".length());
        Class<?> type = Class.forName(DetectorFactory.class.getPackageName() + "." + name);
        if (DetectorFactory.class.isAssignableFrom(type) && !type.isInterface()) {
          all.add(type);
        }
      }
    }
    assertThat(all).hasSizeGreaterThan(8);
    assertThat(AllDetectors.DEFAULTS.values().stream().map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(all);
    assertThat(factories().stream().map(Object::getClass).distinct())
        .containsExactlyInAnyOrderElementsOf(all);
  }

  @ParameterizedTest
  @MethodSource("factories")
  void sameErrors_sameLevels_andDetectorsShareNothing(DetectorFactory factory) {
    double[] errors = errors(1);
    Alarms alone = Alarms.of(factory.create(), errors);

    DriftDetector one = factory.create();
    DriftDetector other = factory.create();
    for (double error : errors) {
      other.update(1 - error);
      one.update(error);
    }
    assertThat(Alarms.of(factory.create(), errors)).isEqualTo(alone);
    DriftDetector again = factory.create();
    for (double error : errors) {
      again.update(error);
    }
    assertThat(bytes(one)).isEqualTo(bytes(again));
  }

  @ParameterizedTest
  @MethodSource("factories")
  void errorRose_neverAtStable(DetectorFactory factory) {
    DriftDetector detector = factory.create();
    assertThat(detector.errorRose()).isFalse();
    for (double error : errors(2)) {
      DriftLevel level = detector.update(error);
      assertThat(level != DriftLevel.STABLE || !detector.errorRose()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("factories")
  void errorRose_tellsTheDirectionAtWarningToo(DetectorFactory factory) {
    assertThat(warnings(factory, 0.1, 0.5)).doesNotContain(false);
    if (!(factory instanceof AdwinFactory
        || factory instanceof KswinFactory
        || factory instanceof PageHinkleyFactory)) {
      assertThat(warnings(factory, 0.1, 0.5)).isNotEmpty();
    }
    if (factory instanceof StepdFactory) {
      assertThat(warnings(factory, 0.5, 0.1)).isNotEmpty().doesNotContain(true);
    }
  }

  /** errorRose at warnings after a change; of one that looks both ways, once it is clear. */
  private static List<Boolean> warnings(DetectorFactory factory, double before, double after) {
    List<Boolean> rose = new ArrayList<>();
    for (int seed = 0; seed < 10; seed++) {
      DriftDetector detector = factory.create();
      Random random = new Random(seed);
      for (int i = 0; i < 1000; i++) {
        detector.update(random.nextDouble() < before ? 1 : 0);
      }
      boolean drifted = false;
      for (int i = 0; i < 300; i++) {
        DriftLevel level = detector.update(random.nextDouble() < after ? 1 : 0);
        drifted |= level == DriftLevel.DRIFT;
        boolean clear = !(factory instanceof StepdFactory) || i >= 15 && !drifted;
        if (clear && level == DriftLevel.WARNING) {
          rose.add(detector.errorRose());
        }
      }
    }
    return rose;
  }

  @Test
  void errorRose_tellsTheDirection() {
    List<String> bothWays = List.of("ADWIN", "KSWIN", "STEPD");
    AllDetectors.DEFAULTS.forEach(
        (name, factory) -> {
          assertThat(firstDrift(factory, 0.1, 0.9)).as("%s, rise", name).isEqualTo(true);
          assertThat(firstDrift(factory, 0.9, 0.1))
              .as("%s, fall", name)
              .isEqualTo(bothWays.contains(name) ? false : null);
        });
  }

  /** errorRose at the first drift within 200 after a change that none can miss; null without. */
  private static Boolean firstDrift(DetectorFactory factory, double before, double after) {
    DriftDetector detector = factory.create();
    Random random = new Random(3);
    for (int i = 0; i < 4000; i++) {
      detector.update(random.nextDouble() < before ? 1 : 0);
    }
    for (int i = 0; i < 200; i++) {
      if (detector.update(random.nextDouble() < after ? 1 : 0) == DriftLevel.DRIFT) {
        return detector.errorRose();
      }
    }
    return null;
  }

  @ParameterizedTest
  @MethodSource("factories")
  void update_neverAnError_isStable(DetectorFactory factory) {
    DriftDetector detector = factory.create();
    for (int i = 0; i < 50_000; i++) {
      assertThat(detector.update(0)).as("observation %s", i).isEqualTo(DriftLevel.STABLE);
    }
  }

  @ParameterizedTest
  @MethodSource("factories")
  void update_alwaysAnError_isStable(DetectorFactory factory) {
    DriftDetector detector = factory.create();
    for (int i = 0; i < 50_000; i++) {
      assertThat(detector.update(1)).as("observation %s", i).isEqualTo(DriftLevel.STABLE);
    }
  }

  static List<Arguments> factoriesAndBadErrors() {
    List<Arguments> pairs = new ArrayList<>();
    for (DetectorFactory factory : factories()) {
      for (double bad :
          new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
        pairs.add(Arguments.of(factory, bad));
      }
    }
    for (double bad : new double[] {-1, 1.5}) {
      for (String name : List.of("DDM", "HDDM-A", "HDDM-W", "EDDM", "RDDM", "STEPD")) {
        pairs.add(Arguments.of(AllDetectors.DEFAULTS.get(name), bad));
      }
    }
    for (String name : List.of("EDDM", "RDDM", "STEPD")) {
      pairs.add(Arguments.of(AllDetectors.DEFAULTS.get(name), 0.5));
    }
    return pairs;
  }

  @ParameterizedTest
  @MethodSource("factoriesAndBadErrors")
  void update_errorOutOfRange_isRejectedAndChangesNothing(DetectorFactory factory, double bad) {
    DriftDetector detector = factory.create();
    for (double error : Arrays.copyOf(errors(4), 500)) {
      detector.update(error);
    }
    byte[] before = bytes(detector);

    assertThatThrownBy(() -> detector.update(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("error must be (finite|from 0 to 1|0 or 1), got " + bad);
    assertThat(bytes(detector)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("factories")
  void snapshot_anywhere_continuesBitForBit(DetectorFactory factory) throws IOException {
    double[] errors = errors(5);
    DriftDetector whole = factory.create();
    Random cuts = new Random(6);
    DriftDetector restored = factory.create();
    for (int i = 0; i < errors.length; i++) {
      if (i < 100 || cuts.nextInt(200) == 0) {
        assertThat(bytes(restored)).as("observation %s", i).isEqualTo(bytes(whole));
        restored = read(factory, bytes(whole));
        assertThat(restored.errorRose()).isEqualTo(whole.errorRose());
        assertThat(bytes(restored)).as("observation %s", i).isEqualTo(bytes(whole));
      }
      DriftLevel level = whole.update(errors[i]);
      assertThat(restored.update(errors[i])).as("observation %s", i).isEqualTo(level);
      assertThat(restored.errorRose()).isEqualTo(whole.errorRose());
      if (level != DriftLevel.STABLE && cuts.nextInt(4) == 0) {
        restored = read(factory, bytes(whole));
        assertThat(restored.errorRose()).isEqualTo(whole.errorRose());
      }
    }
    assertThat(bytes(restored)).isEqualTo(bytes(whole));
  }

  /** Lines "detector,bytes" of each version: a snapshot once written stays readable. */
  static List<Arguments> storedSnapshots() throws IOException {
    List<Arguments> snapshots = new ArrayList<>();
    for (int version = 1; version <= 2; version++) {
      List<String> names = new ArrayList<>();
      String file = "snapshots-v%s.csv".formatted(version);
      try (InputStream in = DetectorContractTest.class.getResourceAsStream(file)) {
        String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        for (String line : text.split("\n")) {
          String[] parts = line.split(",");
          names.add(parts[0]);
          snapshots.add(Arguments.of(version, parts[0], parts[1]));
        }
      }
      assertThat(names).containsExactlyElementsOf(AllDetectors.DEFAULTS.keySet());
    }
    return snapshots;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("storedSnapshots")
  void everyVersion_keepsItsLayout(int version, String name, String hex) throws IOException {
    DetectorFactory factory = AllDetectors.DEFAULTS.get(name);
    DriftDetector detector = factory.create();
    for (double error : Arrays.copyOf(errors(9), 80)) {
      detector.update(error);
    }
    if (version == 2) {
      assertThat(HexFormat.of().formatHex(bytes(detector))).isEqualTo(hex);
    }
    assertThat(bytes(read(factory, HexFormat.of().parseHex(hex)))).isEqualTo(bytes(detector));
  }

  @ParameterizedTest
  @MethodSource("factories")
  void restore_truncatedBytes_areRejected(DetectorFactory factory) {
    byte[] good = afterSomeErrors(factory);
    for (int length = 0; length < good.length; length++) {
      byte[] truncated = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> read(factory, truncated)).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("factories")
  void restore_otherTagOrNewerVersion_isRejected(DetectorFactory factory) {
    assertThatThrownBy(() -> read(factory, withByte(afterSomeErrors(factory), 3)))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("not a snapshot of [-A-Za-z]+: found tag 0x[0-9a-f]{8}");
    assertThatThrownBy(() -> read(factory, withByte(afterSomeErrors(factory), 5)))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("snapshot of [-A-Za-z]+ has version 253, this build reads 1 to 2");
  }

  /** Thresholds are not in a snapshot: those of another detector are told apart by their tag. */
  @ParameterizedTest
  @MethodSource("factories")
  void restore_ofAnotherKind_isRejected(DetectorFactory factory) throws IOException {
    byte[] bytes = afterSomeErrors(factory);
    for (DetectorFactory other : factories()) {
      if (other.getClass() != factory.getClass()) {
        assertThatThrownBy(() -> read(other, bytes))
            .as("read by %s", other)
            .isInstanceOf(IOException.class)
            .hasMessageStartingWith("not a snapshot of ");
      } else {
        continuesOrIsRejected(other, bytes);
      }
    }
  }

  private static void continuesOrIsRejected(DetectorFactory other, byte[] bytes)
      throws IOException {
    DriftDetector detector;
    try {
      detector = read(other, bytes);
    } catch (IOException windowTooLong) {
      assertThat(windowTooLong).hasMessageStartingWith("snapshot of ");
      return;
    }
    for (int i = 0; i < 5_000; i++) {
      detector.update(i % 3 == 0 ? 1 : 0);
    }
    assertThat(bytes(read(other, bytes(detector)))).isEqualTo(bytes(detector));
  }

  /** Every byte changed in turn: a clear refusal, or a detector that works and writes itself. */
  @ParameterizedTest
  @MethodSource("factories")
  void restore_damagedBytes_neverBreaksLater(DetectorFactory factory) throws IOException {
    byte[] good = afterSomeErrors(factory);
    int refused = 0;
    for (int position = 0; position < good.length; position++) {
      DriftDetector damaged;
      try {
        damaged = read(factory, withByte(good, position));
      } catch (IOException refusal) {
        refused++;
        continue;
      }
      for (int i = 0; i < 50; i++) {
        damaged.update(i % 2);
      }
      assertThat(bytes(damaged)).isNotEmpty();
    }
    assertThat(refused).as("tag, version and more").isGreaterThan(6);
  }

  /** Constant memory; ADWIN's grows with the logarithm of its window. */
  @ParameterizedTest
  @MethodSource("factories")
  void memory_afterAMillionObservations_isWhatItWas(DetectorFactory factory) throws Exception {
    DriftDetector detector = factory.create();
    Random random = new Random(7);
    int snapshot = 0;
    long fields = 0;
    for (int i = 0; i < 1_000_000; i++) {
      detector.update(random.nextDouble() < 0.2 ? 1 : 0);
      if (i % 1000 == 999 && i < 50_000) {
        snapshot = Math.max(snapshot, bytes(detector).length);
        fields = Math.max(fields, places(detector));
      }
    }
    boolean logarithmic = factory instanceof AdwinFactory;
    assertThat(bytes(detector).length).isLessThanOrEqualTo(logarithmic ? 2000 : snapshot);
    assertThat(places(detector)).isLessThanOrEqualTo(logarithmic ? 1000 : fields);
  }

  /** Delay bounds hold with the defaults: see DetectorPowerTest for how often and how soon. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void update_errorRateRisesFrom10To50Percent_isFoundWithin800(long seed) {
    AllDetectors.DEFAULTS.forEach(
        (name, factory) -> {
          DriftDetector detector = factory.create();
          Random random = new Random(seed);
          for (int i = 0; i < 5000; i++) {
            detector.update(random.nextDouble() < 0.1 ? 1 : 0);
          }
          int delay = 1;
          while (detector.update(random.nextDouble() < 0.5 ? 1 : 0) != DriftLevel.DRIFT) {
            delay++;
            assertThat(delay).as("delay of %s", name).isLessThanOrEqualTo(800);
          }
          assertThat(detector.errorRose()).as(name).isTrue();
        });
  }

  /** Rates of many sizes, with sudden and slow changes: drifts, warnings and calm. */
  private static double[] errors(long seed) {
    Random rates = new Random(seed);
    double[] rate = rates.doubles(40).toArray();
    return ErrorStreams.bernoulli(
        seed, 12_000, i -> i < 8000 ? rate[i / 400] * rate[20 + i / 400] : 0.1);
  }

  private static byte[] afterSomeErrors(DetectorFactory factory) {
    DriftDetector detector = factory.create();
    for (double error : Arrays.copyOf(errors(8), 1234)) {
      detector.update(error);
    }
    return bytes(detector);
  }

  /** Numbers that fit into the arrays of the detector and of the parts it is made of. */
  private static long places(Object part) throws IllegalAccessException {
    long places = 0;
    for (Field field : part.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      field.setAccessible(true);
      Object value = field.get(part);
      if (value == null || field.getType().isPrimitive()) {
        continue;
      }
      if (field.getType().isArray()) {
        places += Array.getLength(value);
      } else if (field.getType().getPackageName().equals("io.driftmoe.drift")
          && !field.getType().isEnum()) {
        places += places(value);
      }
    }
    return places;
  }

  private static byte[] withByte(byte[] good, int position) {
    byte[] changed = good.clone();
    changed[position] = (byte) (good[position] ^ 0xFF);
    return changed;
  }

  private static byte[] bytes(DriftDetector detector) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      detector.writeSnapshot(new DataOutputStream(out));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static DriftDetector read(DetectorFactory factory, byte[] snapshot) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(snapshot));
    DriftDetector detector = factory.restore(in);
    assertThat(in.available()).as("bytes left after the snapshot").isZero();
    return detector;
  }
}
