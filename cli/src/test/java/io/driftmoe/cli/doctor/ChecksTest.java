// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.cli.doctor.Finding.Level;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.StateFolder;
import io.driftmoe.local.DefaultStates;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no broker. */
class ChecksTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"0, OK", "999, OK", "-999, OK", "1000, NOTE", "-20000, NOTE", "60000, MEND"})
  void clock_byItsDistance(long aheadMillis, Level level) {
    Finding finding = BrokerChecks.skew(Duration.ofMillis(aheadMillis), Duration.ofHours(1));
    assertThat(finding.level()).isEqualTo(level);
  }

  @Test
  void clock_furtherThanTheJobTakes_isToMend() {
    Finding finding = BrokerChecks.skew(Duration.ofSeconds(-11), Duration.ofSeconds(10));
    assertThat(finding.level()).isEqualTo(Level.MEND);
    assertThat(finding.text()).contains("11 s behind", "input.max-ahead = 10 s", "NTP");
  }

  @ParameterizedTest
  @CsvSource({"600000, 900000, OK", "900001, 900000, MEND", "29999, 900000, NOTE"})
  void transactionTimeout_againstBrokerAndCheckpoints(
      long timeoutMillis, long allowedMillis, Level level) {
    JobOptions.Job job =
        new JobOptions.Job(
            null,
            null,
            null,
            Duration.ofSeconds(10),
            null,
            Duration.ofMillis(timeoutMillis),
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    assertThat(BrokerChecks.limits(job, allowedMillis))
        .singleElement()
        .extracting(Finding::level)
        .isEqualTo(level);
  }

  @Test
  void folder_thatIsThere_orCanBeMade_isWell() throws Exception {
    assertThat(of(folder.toString(), true).level()).isNotEqualTo(Level.MEND);
    Finding made = of(folder.resolve("a/b").toUri().toString(), true);
    assertThat(made.level()).isNotEqualTo(Level.MEND);
    assertThat(made.text()).contains("which the job makes", "MiB free");
    assertThat(folder).as("nothing is left there").isEmptyDirectory();
  }

  @Test
  void folder_thatIsAFile_isToMend() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(of(file.resolve("below").toString(), true))
        .isEqualTo(Finding.mend("job.checkpoint-dir", file + " is a file: name a folder"));
  }

  @Test
  void folder_thatCannotBeWritten_isToMend() {
    File proc = new File("/proc");
    if (proc.isDirectory()) { // for root, too
      Finding finding = of("/proc/driftmoe", true);
      assertThat(finding.level()).isEqualTo(Level.MEND);
      assertThat(finding.text()).contains("/proc cannot be written");
    }
  }

  @Test
  void folder_ofACluster_isNotLookedAtHere() {
    assertThat(of("s3://bucket/a", true).text()).contains("only the cluster");
    assertThat(of("s3://bucket/a", true).level()).isEqualTo(Level.MEND);
    assertThat(of("s3://bucket/a", false).level()).isEqualTo(Level.NOTE);
    assertThat(of("/state", false).text()).contains("all machines of the cluster reach");
    assertThat(of(null, false).level()).isEqualTo(Level.NOTE);
    assertThat(of(null, true).level()).isEqualTo(Level.OK);
    assertThat(of("file:nowhere:", true).level()).isEqualTo(Level.MEND);
  }

  private static Finding of(String place, boolean local) {
    return Machine.checkpoints(job(null, place), local);
  }

  private static JobOptions.Job job(String stateDir, String checkpointDir) {
    return new JobOptions.Job(
        null, null, null, null, checkpointDir, null, null, null, null, stateDir, null, null, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"my state", "100%", "a%20b", "a/", "a+b", "a#b", "a?b"})
  void folder_isReadAsTheJobReadsIt(String name) throws Exception {
    String place = folder + "/" + name;
    Path states = Objects.requireNonNull(StateFolder.local(place, "driftmoe"));
    Files.createDirectories(states);
    for (String written : List.of(place, folder.resolve(name).toUri().toString())) {
      Finding finding = Machine.states(job(written, null), true);
      assertThat(finding.level()).as(finding.text()).isNotEqualTo(Level.MEND);
      assertThat(finding.text()).startsWith(folder.resolve(name) + "/driftmoe, ");
    }
  }

  @Test
  void folder_thatIsALink_isThatOfItsTarget_ifThereIsOne() throws Exception {
    Path target = Files.createDirectory(folder.resolve("target"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    assertThat(Machine.states(job(link.toString(), null), true).level()).isNotEqualTo(Level.MEND);
    Files.delete(target);
    assertThat(Machine.states(job(link.toString(), null), true))
        .isEqualTo(
            Finding.mend("job.state-dir", link + " is a link that leads nowhere: name a folder"));
  }

  @Test
  void folderOfTheJob_isLookedAt_andNotOnlyThatOfAllJobs() throws Exception {
    Path file = Files.createFile(folder.resolve("driftmoe"));
    assertThat(Machine.states(job(folder.toString(), null), true))
        .isEqualTo(Finding.mend("job.state-dir", file + " is a file: name a folder"));
  }

  @Test
  void withoutAStateFolder_thatOfThisUserIsLookedAt() throws Exception {
    Finding finding = Machine.states(job(null, null), true);
    assertThat(finding)
        .isEqualTo(Machine.folder("job.state-dir", DefaultStates.folder()))
        .extracting(Finding::text)
        .asString()
        .contains(DefaultStates.folder().toString());
  }

  @Test
  void withoutACheckpointFolder_itSaysWhereCheckpointsAre() {
    String inStates = "none: checkpoints are in the folder of job.state-dir";
    assertThat(Machine.checkpoints(job(null, null), true).text()).isEqualTo(inStates);
    assertThat(Machine.checkpoints(job("/state", null), true).text()).isEqualTo(inStates);
    assertThat(Machine.checkpoints(job("/state", null), false))
        .isEqualTo(Finding.ok("job.checkpoint-dir", inStates));
    assertThat(Machine.checkpoints(job(null, null), false).level()).isEqualTo(Level.NOTE);
    assertThat(Machine.states(job(null, "/checkpoints"), false))
        .isEqualTo(
            Finding.note(
                "job.state-dir",
                "none: a job that is submitted again has to be told from which state it goes on"));
  }

  @ParameterizedTest
  @CsvSource({"here, 4, OK, OK", "here, 1, OK, MEND", "1.20.1, 4, MEND, OK"})
  void cluster_byVersionAndFreeSlots(String version, int free, Level first, Level second)
      throws Exception {
    String flink = version.equals("here") ? EnvironmentInformation.getVersion() : version;
    String overview =
        """
        {"flink-version": "%s", "slots-total": 8, "slots-available": %s, "taskmanagers": 2}
        """
            .formatted(flink, free);
    List<Finding> findings = FlinkCluster.of(new ObjectMapper().readTree(overview), 2);
    assertThat(findings).extracting(Finding::level).containsExactly(first, second);
  }
}
