using System.Runtime.InteropServices;

namespace Sida.Engine.Imaging.Interop;

/// <summary>
/// libvips, loaded once per process from <c>native/vips</c> beside the program and addressed through function pointers. Only loaders
/// of the accepted formats are enabled, nothing is cached, and nothing runs on threads of its own.
/// </summary>
internal sealed unsafe class VipsLibrary
{
    private const string AllLoaders = "VipsForeignLoad";
    private const int LongestMessage = 400;

    private static readonly string[] EnabledLoaders =
    [
        "VipsForeignLoadJpegSource", "VipsForeignLoadPngSource", "VipsForeignLoadWebpSource", "VipsForeignLoadNsgifSource",
        "VipsForeignLoadTiffSource", "VipsForeignLoadHeifSource",
    ];

    private static readonly Lazy<VipsLibrary> Process = new(() => new VipsLibrary(FindFile(AppContext.BaseDirectory)));

    public readonly delegate* unmanaged<nint, void> ObjectUnref;
    public readonly delegate* unmanaged<nint, byte*, GValue*, void> ObjectSetProperty;
    public readonly delegate* unmanaged<nint, byte*, GValue*, void> ObjectGetProperty;
    public readonly delegate* unmanaged<GValue*, nuint, GValue*> ValueInit;
    public readonly delegate* unmanaged<GValue*, void> ValueUnset;
    public readonly delegate* unmanaged<GValue*, nint, void> ValueSetObject;
    public readonly delegate* unmanaged<GValue*, nint> ValueDupObject;
    public readonly delegate* unmanaged<GValue*, nint> ValueGetBoxed;
    public readonly delegate* unmanaged<void*, void> MemoryFree;
    public readonly delegate* unmanaged<byte*, nint> OperationNew;
    public readonly delegate* unmanaged<nint*, int> OperationBuild;
    public readonly delegate* unmanaged<nint, void> UnrefOutputs;
    public readonly delegate* unmanaged<nint, byte*, byte*, int> SetArgument;
    public readonly delegate* unmanaged<byte*> ErrorBufferCopy;
    public readonly delegate* unmanaged<void> ErrorClear;
    public readonly delegate* unmanaged<void*, nuint, nint> SourceNewFromMemory;
    public readonly delegate* unmanaged<void*, nuint, int, int, int, int, nint> ImageNewFromMemory;
    public readonly delegate* unmanaged<nint, int> ImageWidth;
    public readonly delegate* unmanaged<nint, int> ImageHeight;
    public readonly delegate* unmanaged<nint, int> ImageBands;
    public readonly delegate* unmanaged<nint, int> ImageFormat;
    public readonly delegate* unmanaged<nint, int> ImageInterpretation;
    public readonly delegate* unmanaged<nint, int> ImagePages;
    public readonly delegate* unmanaged<nint, int> ImageOrientation;
    public readonly delegate* unmanaged<nint, nint> RegionNew;
    public readonly delegate* unmanaged<nint, int, int, int, int, nuint*, void*> RegionFetch;
    public readonly delegate* unmanaged<nint, nuint*, void*> BlobGet;

    private VipsLibrary(string path)
    {
        nint library = Load(path);
        ObjectUnref = (delegate* unmanaged<nint, void>)Find(library, "g_object_unref");
        ObjectSetProperty = (delegate* unmanaged<nint, byte*, GValue*, void>)Find(library, "g_object_set_property");
        ObjectGetProperty = (delegate* unmanaged<nint, byte*, GValue*, void>)Find(library, "g_object_get_property");
        ValueInit = (delegate* unmanaged<GValue*, nuint, GValue*>)Find(library, "g_value_init");
        ValueUnset = (delegate* unmanaged<GValue*, void>)Find(library, "g_value_unset");
        ValueSetObject = (delegate* unmanaged<GValue*, nint, void>)Find(library, "g_value_set_object");
        ValueDupObject = (delegate* unmanaged<GValue*, nint>)Find(library, "g_value_dup_object");
        ValueGetBoxed = (delegate* unmanaged<GValue*, nint>)Find(library, "g_value_get_boxed");
        MemoryFree = (delegate* unmanaged<void*, void>)Find(library, "g_free");
        OperationNew = (delegate* unmanaged<byte*, nint>)Find(library, "vips_operation_new");
        OperationBuild = (delegate* unmanaged<nint*, int>)Find(library, "vips_cache_operation_buildp");
        UnrefOutputs = (delegate* unmanaged<nint, void>)Find(library, "vips_object_unref_outputs");
        SetArgument = (delegate* unmanaged<nint, byte*, byte*, int>)Find(library, "vips_object_set_argument_from_string");
        ErrorBufferCopy = (delegate* unmanaged<byte*>)Find(library, "vips_error_buffer_copy");
        ErrorClear = (delegate* unmanaged<void>)Find(library, "vips_error_clear");
        SourceNewFromMemory = (delegate* unmanaged<void*, nuint, nint>)Find(library, "vips_source_new_from_memory");
        ImageNewFromMemory = (delegate* unmanaged<void*, nuint, int, int, int, int, nint>)Find(library, "vips_image_new_from_memory");
        ImageWidth = (delegate* unmanaged<nint, int>)Find(library, "vips_image_get_width");
        ImageHeight = (delegate* unmanaged<nint, int>)Find(library, "vips_image_get_height");
        ImageBands = (delegate* unmanaged<nint, int>)Find(library, "vips_image_get_bands");
        ImageFormat = (delegate* unmanaged<nint, int>)Find(library, "vips_image_get_format");
        ImageInterpretation = (delegate* unmanaged<nint, int>)Find(library, "vips_image_get_interpretation");
        ImagePages = (delegate* unmanaged<nint, int>)Find(library, "vips_image_get_n_pages");
        ImageOrientation = (delegate* unmanaged<nint, int>)Find(library, "vips_image_get_orientation");
        RegionNew = (delegate* unmanaged<nint, nint>)Find(library, "vips_region_new");
        RegionFetch = (delegate* unmanaged<nint, int, int, int, int, nuint*, void*>)Find(library, "vips_region_fetch");
        BlobGet = (delegate* unmanaged<nint, nuint*, void*>)Find(library, "vips_blob_get");
        SourceType = ((delegate* unmanaged<nuint>)Find(library, "vips_source_get_type"))();
        ImageType = ((delegate* unmanaged<nuint>)Find(library, "vips_image_get_type"))();
        BlobType = ((delegate* unmanaged<nuint>)Find(library, "vips_blob_get_type"))();
        Start(library);
    }

    /// <summary>The library of this process, loaded on first use.</summary>
    /// <exception cref="NativeRuntimeException">It is missing, or lacks a function.</exception>
    public static VipsLibrary Instance => Process.Value;

    /// <summary>GType of VipsSource.</summary>
    public nuint SourceType { get; }

    /// <summary>GType of VipsImage.</summary>
    public nuint ImageType { get; }

    /// <summary>GType of VipsBlob.</summary>
    public nuint BlobType { get; }

    /// <summary>What libvips has to say, as an exception. Its error buffer is the process's: another thread's words may be among them.</summary>
    public NativeRuntimeException TakeError()
    {
        byte* text = ErrorBufferCopy();
        string message = (Marshal.PtrToStringUTF8((nint)text) ?? "").Trim().ReplaceLineEndings("; ");
        message = message[..Math.Min(message.Length, LongestMessage)];
        MemoryFree(text);
        return new NativeRuntimeException($"libvips: {(message.Length == 0 ? "no reason given" : message)}");
    }

    private static void Start(nint library)
    {
        // Its warnings go to the error stream, where a command-line program's own words belong.
        ((delegate* unmanaged<delegate* unmanaged<byte*, int, byte*, void*, void>, void*, nint>)Find(library, "g_log_set_default_handler"))(
            &Ignore, null);
        fixed (byte* program = "sida\0"u8)
        {
            if (((delegate* unmanaged<byte*, int>)Find(library, "vips_init"))(program) != 0)
            {
                throw new NativeRuntimeException("libvips doesn't start; reinstall the native packages.");
            }
        }

        ((delegate* unmanaged<int, void>)Find(library, "vips_cache_set_max"))(0);
        ((delegate* unmanaged<int, void>)Find(library, "vips_concurrency_set"))(1);
        var block = (delegate* unmanaged<byte*, int, void>)Find(library, "vips_operation_block_set");
        Block(AllLoaders, 1);
        foreach (string loader in EnabledLoaders)
        {
            Block(loader, 0);
        }

        void Block(string name, int state)
        {
            fixed (byte* bytes = NativeName.Of(name))
            {
                block(bytes, state);
            }
        }
    }

    [UnmanagedCallersOnly]
    private static void Ignore(byte* domain, int level, byte* message, void* data)
    {
    }

    private static string FindFile(string baseDirectory)
    {
        string folder = Path.Combine(baseDirectory, "native", "vips");
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "libvips-cpp*") : [];
        return files is [string file]
            ? file
            : throw new NativeRuntimeException($"{folder} should hold libvips and has {files.Length} such files; reinstall the native packages.");
    }

    private static nint Load(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException error)
        {
            throw new NativeRuntimeException($"{path} can't be loaded: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static nint Find(nint library, string function) => NativeLibrary.TryGetExport(library, function, out nint address)
        ? address
        : throw new NativeRuntimeException($"libvips lacks {function}: it is not the release that this program was built for. Reinstall the native packages.");
}
