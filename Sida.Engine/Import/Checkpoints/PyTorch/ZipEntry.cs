namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>A stored (uncompressed) file of a zip archive.</summary>
/// <param name="Name">Path inside the archive.</param>
/// <param name="HeaderOffset">Where its local header begins in the archive.</param>
/// <param name="DataOffset">Where its bytes begin in the archive.</param>
/// <param name="Length">Number of its bytes.</param>
/// <param name="Crc32">Checksum that the directory states.</param>
internal sealed record ZipEntry(string Name, long HeaderOffset, long DataOffset, long Length, uint Crc32);
