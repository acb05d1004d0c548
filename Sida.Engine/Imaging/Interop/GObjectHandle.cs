using Microsoft.Win32.SafeHandles;

namespace Sida.Engine.Imaging.Interop;

/// <summary>Owns one reference to a GObject: an operation, an image, a source or a region of libvips.</summary>
internal sealed unsafe class GObjectHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly VipsLibrary _library;

    public GObjectHandle(VipsLibrary library, nint instance)
        : base(ownsHandle: true)
    {
        _library = library;
        SetHandle(instance);
    }

    /// <summary>The native address; valid while this handle is not disposed.</summary>
    public nint Address => DangerousGetHandle();

    protected override bool ReleaseHandle()
    {
        _library.ObjectUnref(handle);
        return true;
    }
}
