namespace Sida.Engine.Imaging.Interop;

/// <summary>One operation of libvips, run through its property interface: set the inputs, run, take the output.</summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    private readonly VipsLibrary _library;
    private GObjectHandle _operation;

    /// <summary>Creates an operation by its name.</summary>
    /// <exception cref="NativeRuntimeException">There is none of this name, or it is blocked.</exception>
    public VipsOperation(VipsLibrary library, string name)
    {
        _library = library;
        fixed (byte* bytes = NativeName.Of(name))
        {
            _operation = new GObjectHandle(library, library.OperationNew(bytes));
        }

        if (_operation.IsInvalid)
        {
            throw library.TakeError();
        }
    }

    /// <summary>Sets a plain argument from its text.</summary>
    /// <exception cref="NativeRuntimeException">There is no such argument or value.</exception>
    public VipsOperation With(string argument, string value)
    {
        fixed (byte* name = NativeName.Of(argument))
        fixed (byte* text = NativeName.Of(value))
        {
            return _library.SetArgument(_operation.Address, name, text) == 0 ? this : throw _library.TakeError();
        }
    }

    /// <summary>Sets an object as argument.</summary>
    public VipsOperation With(string argument, nuint type, GObjectHandle value)
    {
        GValue boxed = default;
        fixed (byte* name = NativeName.Of(argument))
        {
            _library.ValueInit(&boxed, type);
            _library.ValueSetObject(&boxed, value.Address);
            _library.ObjectSetProperty(_operation.Address, name, &boxed);
            _library.ValueUnset(&boxed);
        }

        return this;
    }

    /// <summary>Runs it. For a loader, this reads the header.</summary>
    /// <exception cref="NativeRuntimeException">It failed.</exception>
    public VipsOperation Run()
    {
        // libvips may exchange the operation for an equal one; the reference that we held is gone then.
        nint operation = _operation.Address;
        int result = _library.OperationBuild(&operation);
        if (operation != _operation.Address)
        {
            _operation.SetHandleAsInvalid();
            _operation = new GObjectHandle(_library, operation);
        }

        return result == 0 ? this : throw _library.TakeError();
    }

    /// <summary>The image that came out.</summary>
    public GObjectHandle TakeImage()
    {
        GValue boxed = default;
        fixed (byte* name = "out\0"u8)
        {
            _library.ValueInit(&boxed, _library.ImageType);
            _library.ObjectGetProperty(_operation.Address, name, &boxed);
            var image = new GObjectHandle(_library, _library.ValueDupObject(&boxed));
            _library.ValueUnset(&boxed);
            return image;
        }
    }

    /// <summary>A copy of the bytes that came out.</summary>
    public byte[] TakeBuffer()
    {
        GValue boxed = default;
        fixed (byte* name = "buffer\0"u8)
        {
            _library.ValueInit(&boxed, _library.BlobType);
            _library.ObjectGetProperty(_operation.Address, name, &boxed);
            nuint length;
            void* data = _library.BlobGet(_library.ValueGetBoxed(&boxed), &length);
            byte[] copy = new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
            _library.ValueUnset(&boxed);
            return copy;
        }
    }

    public void Dispose()
    {
        if (!_operation.IsClosed)
        {
            _library.UnrefOutputs(_operation.Address);
            _operation.Dispose();
        }
    }
}
