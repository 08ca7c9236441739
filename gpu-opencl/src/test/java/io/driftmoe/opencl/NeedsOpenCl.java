// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import io.driftmoe.networks.BackendUnavailableException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Marks tests that need an OpenCL device. Without one they are left out, which standard error says;
 * with {@code -Ddriftmoe.opencl=required}, as the build profile opencl sets it, they run and fail.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NeedsOpenCl.Condition.class)
@AddLifecycleHook(NeedsOpenCl.Condition.class)
public @interface NeedsOpenCl {

  /** Looks once whether there is a device. */
  final class Condition implements ExecutionCondition, SkipExecutionHook {
    private static final String MISSING = whyThereIsNone();

    private static String whyThereIsNone() {
      try {
        OpenClDevice.all();
        return null;
      } catch (BackendUnavailableException e) {
        return e.getMessage();
      }
    }

    private static boolean leavesOut(String test) {
      if (MISSING == null || "required".equals(System.getProperty("driftmoe.opencl"))) {
        return false;
      }
      System.err.printf("%n*** NOT RUN, no OpenCL here: %s (%s) ***%n%n", test, MISSING);
      return true;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return AnnotationSupport.isAnnotated(context.getElement(), NeedsOpenCl.class)
              && leavesOut(context.getDisplayName())
          ? ConditionEvaluationResult.disabled(MISSING)
          : ConditionEvaluationResult.enabled("");
    }

    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return leavesOut(context.label()) ? SkipResult.skip(MISSING) : SkipResult.doNotSkip();
    }
  }
}
