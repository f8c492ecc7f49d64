/**
 * The SFTP listener: Apache MINA SSHD carries SSH, our own subsystem speaks SFTP version 3 to the session core. All use
 * of MINA stays in here. Only {@link org.stationmaster.sftp.SftpListener} is for others. Nothing in here touches a disk
 * or decides what an account may do.
 */
package org.stationmaster.sftp;
