// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
  @TempDir private Path folder;
  private final StringWriter said = new StringWriter();

  /** A process that ends with the next of these exit codes each time, or kills itself for 137. */
  private Supervisor supervisor(int most, String codes) throws Exception {
    Path left = Files.writeString(folder.resolve("codes"), codes.replace(' ', '\n') + "\n");
    String script =
        "code=$(head -1 %1$s); sed -i 1d %1$s; [ $code = 137 ] && kill -9 $$; exit $code"
            .formatted(left);
    Duration moment = Duration.ofMillis(1);
    return new Supervisor(
        start -> List.of("bash", "-c", script),
        new Supervisor.Pauses(moment, moment, Duration.ofMinutes(1), most),
        new PrintWriter(said, true));
  }

  private List<String> left() throws Exception {
    return Files.readAllLines(folder.resolve("codes"));
  }

  @Test
  void processThatIsKilled_isStartedAgain_andOneThatEndsIsNot() throws Exception {
    assertThat(supervisor(9, "137 75 3 70 0 0").run()).isZero();

    assertThat(left()).containsExactly("0");
    assertThat(said.toString().lines())
        .containsExactly(
            "the job has died with exit code 137: restart 1 of 9 in 0 s",
            "the job has died with exit code 75: restart 2 of 9 in 0 s",
            "the job has died with exit code 3: restart 3 of 9 in 0 s",
            "the job has died with exit code 70: restart 4 of 9 in 0 s");
  }

  @Test
  void refusalWrongUsageAndStop_areNotTriedAgain() throws Exception {
    assertThat(supervisor(9, "1 0").run()).isEqualTo(1);
    assertThat(supervisor(9, "143 0").run()).isEqualTo(143);
    assertThat(supervisor(9, "137 2 0").run()).isEqualTo(2);
    assertThat(left()).containsExactly("0");
  }

  @Test
  void processThatDiesAgainAndAgain_isGivenUp() throws Exception {
    Supervisor supervisor = supervisor(2, "137 137 137 137");
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(supervisor::run)
        .withMessage(
            "the job has died 3 times in a row, the last time with exit code 137: it is given up");
    assertThat(left()).hasSize(1);
  }

  @Test
  void processThatDiedBeforeItsRunBegan_beginsAtTheFirstPlaceAgain_andLaterOnesGoOn()
      throws Exception {
    Path starts = folder.resolve("starts");
    Duration moment = Duration.ofMillis(1);
    int code =
        new Supervisor(
                start ->
                    List.of(
                        "bash",
                        "-c",
                        """
                        [ -e "$0" ] && echo first >> "$1" || echo later >> "$1"
                        case $(wc -l < "$1") in
                          1) exit 75 ;;
                          2) kill -9 $$ ;;
                          3) rm "$0"; kill -9 $$ ;;
                          4) exit 70 ;;
                          5) exit 75 ;;
                        esac
                        """,
                        start.file().toString(),
                        starts.toString()),
                new Supervisor.Pauses(moment, moment, Duration.ofMinutes(1), 5),
                new PrintWriter(said, true))
            .run();
    assertThat(code).isZero();
    assertThat(Files.readAllLines(starts))
        .containsExactly("first", "first", "first", "later", "later", "later");
  }

  @Test
  void firstStart_isOverOnceItsRunHasBegun() throws Exception {
    FirstStart start = FirstStart.in(folder);
    assertThat(start.isOver()).isFalse();
    start.end();
    assertThat(start.isOver()).isTrue();
    start.end(); // of a process that was started again
    assertThat(start.isOver()).isTrue();
  }

  @Test
  void pausesGrow_upToAMinute() {
    Supervisor.Pauses pauses = Supervisor.Pauses.of(100);
    assertThat(List.of(1, 2, 3, 7, 100))
        .map(pauses::before)
        .map(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 60L, 60L);
  }

  @Test
  void commandOfAProcess_isThatOfThisOne_andSaysThatItIsWatched() throws Exception {
    FirstStart start = FirstStart.in(folder);
    assertThat(Supervisor.thisCommand(start, List.of("job", "--supervise=true", "@more", "x.yaml")))
        .contains("-Ddriftmoe.supervised=" + start.file(), "-cp", Main.class.getName())
        .endsWith("job", "--supervise=true", "@more", "x.yaml");
  }
}
