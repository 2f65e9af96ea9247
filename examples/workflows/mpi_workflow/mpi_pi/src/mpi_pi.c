/* Pi by the midpoint rule, the intervals dealt out over all ranks. Rank 0 prints the result and what
 * the program was compiled for. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef BUILT_FOR
#define BUILT_FOR "unknown"
#endif

/* The widest instruction set that the compiler was allowed to use. */
static const char *isa(void)
{
#if defined(__AVX512F__)
    return "avx512f";
#elif defined(__AVX2__)
    return "avx2";
#elif defined(__AVX__)
    return "avx";
#elif defined(__SSE4_2__)
    return "sse4.2";
#elif defined(__x86_64__)
    return "sse2";
#elif defined(__ARM_FEATURE_SVE)
    return "sve";
#elif defined(__aarch64__)
    return "neon";
#elif defined(__VSX__)
    return "vsx";
#else
    return "baseline";
#endif
}

int main(int argc, char **argv)
{
    long intervals = argc > 1 ? atol(argv[1]) : 10000000;
    int rank, ranks;
    double part = 0.0, pi = 0.0;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    for (long i = rank; i < intervals; i += ranks) {
        double x = (i + 0.5) / intervals;
        part += 4.0 / (1.0 + x * x);
    }
    MPI_Reduce(&part, &pi, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    if (rank == 0)
        printf("pi=%.10f ranks=%d target=%s isa=%s\n", pi / intervals, ranks, BUILT_FOR, isa());
    MPI_Finalize();
    return 0;
}
