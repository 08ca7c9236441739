// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.opencl.NeedsOpenCl;
import io.driftmoe.opencl.OpenClDevice;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DevicesCommandTest {

  static Stream<Arguments> wrongUsage() {
    return Stream.of(
        Arguments.of("--sizes 24", "--sizes must name at least inputs and experts, got [24]"),
        Arguments.of("--sizes 24,0,2", "--sizes must be at least 1, got 0"),
        Arguments.of("--sizes 24,x", "'x' is not a whole number"),
        Arguments.of("--batch 0", "--batch must be at least 1, got 0"),
        Arguments.of("--routers -1", "--routers must be at least 1, got -1"),
        Arguments.of("--seconds 0", "--seconds must be above 0 and at most 3600, got 0.0"),
        Arguments.of("--preset fast", "--preset: "),
        Arguments.of("--stream nowhere", "--stream: no stream is called 'nowhere'"),
        Arguments.of("--device", "--device"));
  }

  @ParameterizedTest
  @MethodSource
  void wrongUsage(String options, String message) {
    Run run = driftmoe(("devices " + options).split(" "));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).startsWith("driftmoe devices").contains(message).contains("--help)");
  }

  @Test
  void listsThisJvmAndMeasuresIt() {
    Run run =
        driftmoe(
            "devices --measure --sizes 3,5,2 --batch 4,7 --routers 2 --seconds 0.01".split(" "));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.outLines()).anyMatch(line -> line.matches("java +ok +this JVM.*"));
    assertThat(run.outLines()).anyMatch(line -> line.startsWith("simd"));
    List<String> measured =
        run.outLines().stream().filter(line -> line.matches("java +3-5-2 .*")).toList();
    assertThat(measured).hasSize(2);
    assertThat(measured.get(0)).matches("java +3-5-2 x 4, binary +2 +[\\d.,]+ .*");
    assertThat(measured.get(1)).matches("java +3-5-2 x 7, binary +2 +[\\d.,]+ .*");
  }

  @Test
  @NeedsOpenCl
  void aDeviceThatIsNotThereIsNamed() {
    Run run = driftmoe("devices", "--device", "Voodoo 2");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("no OpenCL device is called Voodoo 2; there are: ");
  }

  @Nested
  @NeedsOpenCl
  class WithDevices {

    @Test
    void triesEachDeviceAndMeasuresIt() throws Exception {
      List<OpenClDevice> devices = OpenClDevice.all();

      Run run =
          driftmoe(
              "devices --measure --sizes 3,5,2 --batch 4 --routers 1,3 --seconds 0.01".split(" "));

      assertThat(run.exitCode()).as(run.err()).isZero();
      for (OpenClDevice device : devices) {
        assertThat(run.outLines())
            .anyMatch(line -> line.startsWith("opencl  ok") && line.contains(device.name()));
      }
      // batch, routers, steps a second, ms, launches a step
      assertThat(run.outLines())
          .anyMatch(line -> line.matches("opencl .* 3-5-2 x 4, binary +1 .* 1\\.0000 .*%"));
      assertThat(run.outLines())
          .anyMatch(
              line ->
                  line.matches(
                      "3-5-2 x 4, binary: opencl .* (does not pay|pays from [13] models on); at best"
                          + " [\\d.,]+ ms a step, with [13] models; (java|simd) takes [\\d.,]+ ms on"
                          + " one thread"));
      assertThat(run.outLines())
          .anyMatch(line -> line.matches("opencl .* 3-5-2 x 4, binary +3 .* 0\\.3333 .*%"));
    }
  }
}
