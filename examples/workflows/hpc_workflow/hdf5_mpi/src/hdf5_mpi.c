/* Every rank writes its own row of one dataset into one file, all at once, and reads the row back. Rank 0
 * prints how many ranks there were, the rows of the file and the sum of all that was read. */
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>

#define COLUMNS 500

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "ranks.h5";
    int rank, ranks;
    long part = 0, sum = 0;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);

    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (file < 0)
        MPI_Abort(MPI_COMM_WORLD, 1);

    hsize_t whole[2] = {(hsize_t)ranks, COLUMNS}, row[2] = {1, COLUMNS}, start[2] = {(hsize_t)rank, 0};
    hid_t space = H5Screate_simple(2, whole, NULL);
    hid_t memory = H5Screate_simple(2, row, NULL);
    hid_t data = H5Dcreate2(file, "ranks", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, row, NULL);
    hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE);

    int values[COLUMNS], back[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        values[i] = 1;
    if (H5Dwrite(data, H5T_NATIVE_INT, memory, space, transfer, values) < 0 ||
        H5Dread(data, H5T_NATIVE_INT, memory, space, transfer, back) < 0)
        MPI_Abort(MPI_COMM_WORLD, 1);
    for (int i = 0; i < COLUMNS; i++)
        part += back[i];
    MPI_Reduce(&part, &sum, 1, MPI_LONG, MPI_SUM, 0, MPI_COMM_WORLD);

    hsize_t size[2];
    hid_t written = H5Dget_space(data);
    H5Sget_simple_extent_dims(written, size, NULL);
    if (rank == 0)
        printf("ranks=%d rows=%d sum=%ld\n", ranks, (int)size[0], sum);

    H5Sclose(written);
    H5Pclose(transfer);
    H5Dclose(data);
    H5Sclose(memory);
    H5Sclose(space);
    H5Fclose(file);
    H5Pclose(access);
    MPI_Finalize();
    return 0;
}
