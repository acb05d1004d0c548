namespace Sida.Engine.Imaging.Interop;

/// <summary>Encodes pixels with libvips.</summary>
internal static unsafe class VipsSaver
{
    /// <summary>Runs a saver that writes to memory.</summary>
    /// <param name="saver">Such as <c>pngsave_buffer</c>.</param>
    /// <param name="pixels">Shape (height, width, bands).</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="bands">1 for grey, 3 for RGB.</param>
    /// <param name="options">Arguments of the saver.</param>
    /// <exception cref="NativeRuntimeException">libvips is missing or failed.</exception>
    public static byte[] Save(
        string saver, byte[] pixels, int width, int height, int bands, params ReadOnlySpan<(string Name, string Value)> options)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.LongLength, (long)width * height * bands);
        VipsLibrary library = VipsLibrary.Instance;
        fixed (byte* data = pixels)
        {
            using var image = new GObjectHandle(
                library, library.ImageNewFromMemory(data, (nuint)pixels.Length, width, height, bands, (int)VipsFormat.UInt8));
            if (image.IsInvalid)
            {
                throw library.TakeError();
            }

            using VipsOperation operation = new VipsOperation(library, saver)
                .With("in", library.ImageType, image)
                .With("keep", "none");
            foreach ((string name, string value) in options)
            {
                operation.With(name, value);
            }

            return operation.Run().TakeBuffer();
        }
    }
}
