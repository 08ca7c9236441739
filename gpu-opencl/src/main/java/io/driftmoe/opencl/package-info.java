// SPDX-License-Identifier: GPL-3.0-or-later
/** Network mini-batches through Aparapi OpenCL kernels. */
@NullMarked
package io.driftmoe.opencl;

import org.jspecify.annotations.NullMarked;
