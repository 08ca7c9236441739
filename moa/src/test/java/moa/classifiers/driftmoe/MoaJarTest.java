// SPDX-License-Identifier: GPL-3.0-or-later
package moa.classifiers.driftmoe;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.benchmarks.BenchScores;
import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.LabelArrival;
import io.driftmoe.benchmarks.ScoreMeasure;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import moa.DoTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar for MOA's class path, as its users have it: MOA's jar, this one, and nothing else. */
class MoaJarTest {
  private final Path jarFile = Path.of(System.getProperty("driftmoe.moa-jar"));

  /** Those of MOA and of what it bundles would stand before MOA's own. */
  @Test
  void itHoldsOursAndNothingUnderTheNameOfAnother() throws IOException {
    try (JarFile jar = new JarFile(jarFile.toFile())) {
      List<String> classes =
          jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")).toList();

      assertThat(classes)
          .contains("moa/classifiers/driftmoe/DriftMoE.class")
          .allMatch(name -> name.matches("(io/driftmoe|moa/classifiers/driftmoe|org/jspecify)/.*"));
      assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
      String notice =
          new String(
              jar.getInputStream(jar.getEntry("META-INF/NOTICE")).readAllBytes(),
              StandardCharsets.UTF_8);
      jar.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.startsWith("META-INF/licenses/") && name.endsWith(".txt"))
          .forEach(text -> assertThat(notice).contains(text));
      for (String artefact : bundled()) {
        assertThat(notice).contains(artefact);
      }
    }
    assertThat(Files.size(jarFile)).as("bytes").isLessThan(5_000_000);
  }

  /** Foreign artefacts on the class path of this test that the pom bundles, with their versions. */
  private static List<String> bundled() {
    List<String> found = new ArrayList<>();
    for (String entry : classPath()) {
      Path jar = Path.of(entry);
      String name = jar.getFileName().toString();
      if (name.matches(
          "(jackson-(annotations|core|databind|dataformat-yaml)|snakeyaml|jspecify)-.*")) {
        String version = jar.getParent().getFileName().toString();
        String artefact = jar.getParent().getParent().getFileName().toString();
        found.add(":" + artefact + ":" + version);
      }
    }
    assertThat(found).hasSize(6);
    return found;
  }

  private static String[] classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
        .split(File.pathSeparator);
  }

  @Test
  void moasCommandLinePrintsWhatBenchFinds(@TempDir Path folder) throws Exception {
    Path file = MoaTasks.generated("agrawal_a", 1_000, folder);
    CellResult.Scores bench =
        BenchScores.of(MixtureSettings.of(Preset.ADAPTIVE), file, 4, 1_000, LabelArrival.IMMEDIATE);

    List<String> lines =
        doTask(
            ("EvaluatePrequential -l (driftmoe.DriftMoE -r 4) -s (ArffFileStream -f %s)"
                    + " -e BasicClassificationPerformanceEvaluator -i 1000 -f 500")
                .formatted(file),
            folder);

    List<String> names = Arrays.asList(lines.get(0).split(","));
    assertThat(lines).as("a heading and two samples").hasSize(3);
    String[] last = lines.get(2).split(",");
    assertThat(last).hasSameSizeAs(names);
    assertThat(last[names.indexOf("learning evaluation instances")]).isEqualTo("1000.0");
    assertThat(last[names.indexOf("classifications correct (percent)")])
        .isEqualTo(Double.toString(bench.of(ScoreMeasure.ACCURACY)));
    assertThat(last[names.indexOf("experts")]).isEqualTo("7.0");
  }

  /** CapyMOA itself is not needed: the script makes its calls. */
  @Test
  @Tag("examples")
  void pythonFindsWhatBenchFinds(@TempDir Path folder) throws Exception {
    Path file = MoaTasks.generated("agrawal_a", 1_000, folder);
    CellResult.Scores bench =
        BenchScores.of(
            MixtureSettings.of(Preset.PAPER_DATA), file, 1, 1_000, LabelArrival.IMMEDIATE);
    ProcessBuilder python =
        new ProcessBuilder(
            System.getenv().getOrDefault("PYTHON", "/usr/bin/python3"),
            "src/test/python/like_capymoa.py",
            moaJar().toString(),
            jarFile.toString(),
            file.toString(),
            "1000",
            "-p paper-data");
    python.environment().put("JAVA_HOME", System.getProperty("java.home"));

    assertThat(output(python, folder))
        .containsExactly(Double.toString(bench.of(ScoreMeasure.ACCURACY)));
  }

  /** What MOA's command line prints to standard output. */
  private List<String> doTask(String task, Path folder) throws Exception {
    return output(
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            moaJar() + File.pathSeparator + jarFile,
            "moa.DoTask",
            task),
        folder);
  }

  private static List<String> output(ProcessBuilder command, Path folder) throws Exception {
    Path errors = folder.resolve("errors.txt");
    Process process = command.redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    return out.lines().filter(line -> !line.isBlank()).toList();
  }

  private static Path moaJar() throws URISyntaxException {
    return Path.of(DoTask.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
