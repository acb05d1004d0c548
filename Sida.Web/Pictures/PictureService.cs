using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Data;
using Sida.Web.Data.Entities;

namespace Sida.Web.Pictures;

/// <summary>Takes pictures in, within the limits of their owner, and finds them again.</summary>
internal sealed class PictureService(
    AccessService access, PictureStore store, PictureIntake intake, PictureFetcher fetcher, IOptions<StorageOptions> storage, IOptions<UploadOptions> uploads, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Guid, int> _running = new();

    /// <summary>Stores a picture. The same bytes again give the same picture again.</summary>
    /// <param name="caller">Whose it will be.</param>
    /// <param name="body">The file, read once to its end.</param>
    /// <param name="fileName">What the uploader calls it.</param>
    /// <param name="cancellation">Stops the upload; nothing of it is left.</param>
    /// <exception cref="LimitException">The file or what the owner keeps is too large, or too many uploads run at once.</exception>
    /// <exception cref="ImageException">It is damaged, too large, or no picture that Sida reads.</exception>
    public async Task<PictureView> AddAsync(Caller caller, Stream body, string fileName, CancellationToken cancellation)
    {
        await using SidaDb db = await access.OpenToStoreAsync(caller, Permissions.Analyze, cancellation);
        int running = _running.AddOrUpdate(caller.OwnerId, 1, (_, count) => count + 1);
        ReceivedFile? file = null;
        try
        {
            if (running > uploads.Value.MaxPerOwner)
            {
                throw new LimitException($"More than {uploads.Value.MaxPerOwner} uploads at the same time (Sida:Uploads:MaxPerOwner). Wait until one is done.");
            }

            await CheckRoomAsync(db, 1, cancellation);
            file = await intake.ReceiveAsync(body, cancellation);
            return await StoreAsync(db, caller, file, PictureName.Clean(fileName), cancellation);
        }
        finally
        {
            if (file is not null)
            {
                File.Delete(file.Path);
            }

            if (_running.AddOrUpdate(caller.OwnerId, 0, (_, count) => count - 1) == 0)
            {
                _running.TryRemove(KeyValuePair.Create(caller.OwnerId, 0));
            }
        }
    }

    /// <summary>Fetches a picture from a public address and stores it.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public async Task<PictureView> AddFromUrlAsync(Caller caller, string url, CancellationToken cancellation)
    {
        AccessService.Require(caller, Permissions.Analyze);
        await using FetchedPicture fetched = await fetcher.FetchAsync(url, cancellation);
        return await AddAsync(caller, fetched.Body, fetched.FileName, cancellation);
    }

    /// <summary>One of the caller's pictures.</summary>
    /// <exception cref="NotFoundException">There is no such picture.</exception>
    public async Task<PictureView> GetAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Read);
        Picture picture = await db.Pictures.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellation)
            ?? throw new NotFoundException("There is no such picture.");
        return View(picture);
    }

    public static PictureView View(Picture picture) =>
        new(picture.Id, picture.FileName, picture.Sha256, picture.Format, picture.Bytes, picture.Width, picture.Height);

    private async Task<PictureView> StoreAsync(SidaDb db, Caller caller, ReceivedFile file, string name, CancellationToken cancellation)
    {
        if (await db.Pictures.AsNoTracking().FirstOrDefaultAsync(row => row.Sha256 == file.Sha256, cancellation) is { } known && await store.TryKeepAsync(file.Sha256, cancellation))
        {
            return View(known);
        }

        DecodedUpload decoded = await intake.DecodeAsync(file, cancellation);
        await CheckRoomAsync(db, file.Length + decoded.Copies.Display.Length + decoded.Copies.Thumbnail.Length, cancellation);
        await store.CommitAsync(file.Sha256, file.Path, decoded.Copies, cancellation);
        Picture picture = new()
        {
            Id = Guid.CreateVersion7(),
            OwnerId = caller.OwnerId,
            Sha256 = file.Sha256,
            FileName = name,
            Format = decoded.Format.ToString(),
            Bytes = file.Length,
            StoredBytes = store.StoredBytes(file.Sha256),
            Width = decoded.Width,
            Height = decoded.Height,
            CreatedAt = clock.GetUtcNow(),
        };
        db.Pictures.Add(picture);
        await db.SaveChangesAsync(cancellation);
        return View(picture);
    }

    private async Task CheckRoomAsync(SidaDb db, long bytes, CancellationToken cancellation)
    {
        long mine = await db.Pictures.SumAsync(row => row.StoredBytes, cancellation);
        if (mine + bytes > storage.Value.MaxBytesPerOwner)
        {
            throw new LimitException($"Your pictures take {mine >> 20} of {storage.Value.MaxBytesPerOwner >> 20} MB (Sida:Storage:MaxBytesPerOwner). Delete conversations that you don't need.");
        }

        await using SidaDb everything = access.OpenForServer();
        long all = await everything.Pictures.SumAsync(row => row.StoredBytes, cancellation);
        if (all + bytes > storage.Value.MaxBytes)
        {
            throw new LimitException("The server has no room for more pictures (Sida:Storage:MaxBytes). Tell its operator.");
        }
    }
}
