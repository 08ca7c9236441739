// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aparapi.Kernel;
import com.aparapi.device.JavaDevice;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.exception.CompileFailedException;
import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.NetworkBackend;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No kernel of ours runs anywhere but on the device: Aparapi would go to Java threads silently. */
@NeedsOpenCl
final class KernelsTest {

  @Test
  void everyKernelCompilesForTheDevice() throws Exception {
    OpenCLDevice device = device();
    List<Class<?>> kernels = kernels();
    assertThat(kernels)
        .contains(NetworkKernel.class, PeakKernel.class)
        .allMatch(DeviceKernel.class::isAssignableFrom);
    for (Class<?> type : kernels) {
      Kernel kernel = (Kernel) type.getDeclaredConstructor(OpenCLDevice.class).newInstance(device);
      try {
        assertThatCode(() -> kernel.compile(device)).as("%s", type).doesNotThrowAnyException();
        assertThat(kernel.isAllowDevice(device)).isTrue();
        assertThat(kernel.isAllowDevice(JavaDevice.THREAD_POOL)).isFalse();
        assertThat(kernel.isAllowDevice(JavaDevice.SEQUENTIAL)).isFalse();
      } finally {
        kernel.dispose();
      }
    }
  }

  /** All classes of the module that are kernels, so that none can be forgotten here. */
  private static List<Class<?>> kernels() throws IOException, URISyntaxException {
    Path classes =
        Path.of(NetworkKernel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.list(classes.resolve("io/driftmoe/opencl"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class"))
          .map(name -> "io.driftmoe.opencl." + name.substring(0, name.length() - 6))
          .<Class<?>>map(KernelsTest::load)
          .filter(Kernel.class::isAssignableFrom)
          .filter(type -> !Modifier.isAbstract(type.getModifiers()))
          .toList();
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void thePeakIsMeasuredOnTheDevice() throws Exception {
    assertThat(OpenClDevice.all().get(0).measurePeak()).isGreaterThan(1e8);
  }

  /** A switch is what Aparapi cannot translate. */
  private static final class Untranslatable extends Kernel {
    final int[] values = new int[256];

    @Override
    public void run() {
      switch (values[getGlobalId()]) {
        case 0 -> values[getGlobalId()] = 1;
        default -> values[getGlobalId()] = 2;
      }
    }
  }

  @Test
  void whatCannotBeTranslatedDoesNotCompile() throws Exception {
    OpenCLDevice device = device();
    assertThatThrownBy(() -> new Untranslatable().compile(device))
        .isInstanceOf(CompileFailedException.class);
  }

  @Test
  void aLaunchThatTheDeviceRefusesIsAnErrorAndNotJava() throws Exception {
    OpenCLDevice device = device();
    NetworkKernel kernel = new NetworkKernel(device);
    kernel.compile(device);
    int tooMany = 2 * device.getMaxWorkGroupSize();
    assertThatThrownBy(() -> kernel.launch(tooMany, tooMany, 1))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining(device.getName());
    kernel.dispose();

    try (NetworkBackend opened = OpenClDevice.all().get(0).open()) {
      assertThat(opened.name()).contains(device.getName()); // one failure is not for ever
    }
  }

  private static OpenCLDevice device() throws Exception {
    return OpenClDevice.all().get(0).aparapi();
  }
}
